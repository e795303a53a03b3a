// Checks the code of a paper in the reader's browser: nothing that is checked leaves it.
'use strict';

(() => {
  const root = document.querySelector('[data-verify]');
  if (!root) return;
  const keys = JSON.parse(document.getElementById('paper-keys').textContent);
  const code = root.querySelector('[data-verify-code]');
  const CODE = /MDP1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}/;
  const MOST_CLAIMS = 16384;

  const fromBase64 = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
  const fromHex = (text) => Uint8Array.from(text.match(/../g), (one) => parseInt(one, 16));
  const toHex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, '0')).join('');

  async function unpack(text) {
    const stream = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    if (bytes.length > MOST_CLAIMS) throw new Error('form');
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  }

  // The claims of a code whose signature holds. Throws 'form', 'key', 'signature' or 'browser'.
  async function check(found) {
    const [version, keyId, packed, signature] = found.split('.');
    if (!keys[keyId]) throw new Error('key');
    let key;
    try {
      key = await crypto.subtle.importKey('raw', fromHex(keys[keyId]), { name: 'Ed25519' }, false, ['verify']);
    } catch (error) {
      throw new Error('browser');
    }
    const signed = new TextEncoder().encode(`${version}.${keyId}.${packed}`);
    if (!(await crypto.subtle.verify({ name: 'Ed25519' }, key, fromBase64(signature), signed))) throw new Error('signature');
    try {
      return await unpack(packed);
    } catch (error) {
      throw new Error('form');
    }
  }

  function yuan(fen) {
    const text = String(Math.abs(fen)).padStart(3, '0');
    const whole = text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
    return `${fen < 0 ? '-' : ''}${whole}.${text.slice(-2)}`;
  }

  function show(result, claims) {
    root.querySelectorAll('[data-verify-result]').forEach((one) => {
      one.hidden = one.dataset.verifyResult !== result;
    });
    const table = root.querySelector('[data-verify-facts]');
    const body = table.querySelector('tbody');
    table.hidden = !claims;
    body.replaceChildren();
    if (!claims) return;
    const names = table.dataset;
    const line = (label, value) => {
      const row = body.insertRow();
      const head = document.createElement('th');
      head.scope = 'row';
      head.textContent = label;
      row.append(head);
      row.insertCell().textContent = value;
    };
    line(names.title, claims.t);
    line(names.number, claims.n);
    line(names.issuer, claims.b);
    line(names.caseNumber, claims.c);
    line(names.issued, claims.d);
    (claims.p || []).forEach(([side, name]) => line(side, name));
    if (claims.m) line(names.more, String(claims.m));
    (claims.s || []).forEach(([what, fen]) => line(what, `¥${yuan(fen)}`));
    (claims.y || []).forEach(([what, day]) => line(what, day));
    line(names.digest, claims.h);
  }

  let latest = 0;

  // While a code is being checked nothing may stand there: the verdict on the code before it would be read as its own.
  async function run(text) {
    latest += 1;
    const turn = latest;
    show('', null);
    const found = CODE.exec(text);
    let result = text.trim() ? 'form' : '';
    let claims = null;
    if (found) {
      try {
        claims = await check(found[0]);
        result = 'good';
      } catch (error) {
        result = ['form', 'key', 'signature', 'browser'].includes(error.message) ? error.message : 'form';
      }
    }
    if (turn === latest) show(result, claims);
  }

  async function textOf(file) {
    const bytes = await file.arrayBuffer();
    const text = new TextDecoder('latin1').decode(bytes);
    if (text.startsWith('%PDF')) {
      root.querySelector('[data-verify-sha]').textContent = toHex(await crypto.subtle.digest('SHA-256', bytes));
      root.querySelector('[data-verify-file]').hidden = false;
      return (CODE.exec(text) || [''])[0];
    }
    return window.readQrCode ? window.readQrCode(await createImageBitmap(file)) : '';
  }

  root.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    run(code.value);
  });
  root.querySelector('input[type=file]').addEventListener('change', async (event) => {
    const [file] = event.target.files;
    root.querySelector('[data-verify-file]').hidden = true;
    show('', null);
    if (!file) return;
    let text = '';
    try {
      text = await textOf(file);
    } catch (error) {
      text = '';
    }
    code.value = text;
    if (text) run(text);
    else show('unreadable', null);
  });
  const readAddress = () => {
    const text = decodeURIComponent(location.hash.slice(1));
    if (text) {
      code.value = text;
      run(text);
    }
  };
  addEventListener('hashchange', readAddress);
  readAddress();
})();
