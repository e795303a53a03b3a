// A signature by finger, pen or mouse: strokes as points of a field of 10000 by 5000 units, whatever the screen.
'use strict';

(() => {
  const form = document.querySelector('form[data-sign]');
  if (!form) return;
  const canvas = form.querySelector('[data-sign-canvas]');
  const kept = form.querySelector('[data-sign-strokes]');
  const undo = form.querySelector('[data-sign-undo]');
  const clear = form.querySelector('[data-sign-clear]');
  const pen = canvas.getContext('2d');
  const WIDTH = 10000;
  const HEIGHT = 5000;
  const MOST_STROKES = 200;
  const MOST_POINTS = 5000;
  const NEAR = 12; // units: a hand that rests adds nothing to the line

  let strokes = read();
  let drawing = null; // the pointer that draws: a second finger does not

  function read() {
    try {
      const found = JSON.parse(kept.value);
      return Array.isArray(found) ? found : [];
    } catch (error) {
      return [];
    }
  }

  function fit() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    if (canvas.width !== width) {
      canvas.width = width;
      canvas.height = Math.round(width / 2);
    }
    redraw();
  }

  function redraw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = '#000';
    pen.lineCap = pen.lineJoin = 'round';
    pen.lineWidth = Math.max(2, canvas.width / 160);
    const scale = canvas.width / WIDTH;
    strokes.forEach((stroke) => {
      pen.beginPath();
      pen.moveTo(stroke[0][0] * scale, stroke[0][1] * scale);
      (stroke.length > 1 ? stroke.slice(1) : stroke).forEach(([x, y]) => pen.lineTo(x * scale, y * scale));
      pen.stroke();
    });
  }

  function keep() {
    kept.value = strokes.length ? JSON.stringify(strokes) : '';
    undo.disabled = clear.disabled = !strokes.length;
    kept.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function pointOf(event) {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [
      within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
      within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
    ];
  }

  const count = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

  canvas.addEventListener('pointerdown', (event) => {
    if (drawing !== null || event.button !== 0 || strokes.length >= MOST_STROKES || count() >= MOST_POINTS) return;
    event.preventDefault();
    drawing = event.pointerId;
    canvas.setPointerCapture(drawing);
    strokes.push([pointOf(event)]);
    redraw();
  });

  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== drawing) return;
    event.preventDefault();
    const stroke = strokes[strokes.length - 1];
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    (events.length ? events : [event]).forEach((one) => {
      const [x, y] = pointOf(one);
      const [lastX, lastY] = stroke[stroke.length - 1];
      if (Math.hypot(x - lastX, y - lastY) >= NEAR && count() < MOST_POINTS) stroke.push([x, y]);
    });
    redraw();
  });

  ['pointerup', 'pointercancel'].forEach((name) => canvas.addEventListener(name, (event) => {
    if (event.pointerId !== drawing) return;
    drawing = null;
    keep();
  }));

  undo.addEventListener('click', () => { strokes.pop(); keep(); redraw(); });
  clear.addEventListener('click', () => { strokes = []; keep(); redraw(); });
  // A signature is its signer's: it does not stay in the field for the next one.
  form.elements.chosen.addEventListener('change', () => { strokes = []; keep(); redraw(); });
  addEventListener('resize', fit);
  undo.disabled = clear.disabled = !strokes.length;
  fit();
})();
