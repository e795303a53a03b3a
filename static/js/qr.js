// Reads a QR code from a picture, so that a photographed paper can be checked without any server.
// ISO/IEC 18004: finder patterns, perspective grid, format bits, Reed-Solomon, segments. Level L, as our papers print it.
'use strict';

(() => {
  // Per version 1..40 at level L: [error words per block, blocks, data words, blocks, data words].
  const LEVEL_L = '7,1,19,0,0 10,1,34,0,0 15,1,55,0,0 20,1,80,0,0 26,1,108,0,0 18,2,68,0,0 20,2,78,0,0 24,2,97,0,0 '
    + '30,2,116,0,0 18,2,68,2,69 20,4,81,0,0 24,2,92,2,93 26,4,107,0,0 30,3,115,1,116 22,5,87,1,88 '
    + '24,5,98,1,99 28,1,107,5,108 30,5,120,1,121 28,3,113,4,114 28,3,107,5,108 28,4,116,4,117 '
    + '28,2,111,7,112 30,4,121,5,122 30,6,117,4,118 26,8,106,4,107 28,10,114,2,115 30,8,122,4,123 '
    + '30,3,117,10,118 30,7,116,7,117 30,5,115,10,116 30,13,115,3,116 30,17,115,0,0 30,17,115,1,116 '
    + '30,13,115,6,116 30,12,121,7,122 30,6,121,14,122 30,17,122,4,123 30,4,122,18,123 30,20,117,4,118 '
    + '30,19,118,6,119';
  const BLOCKS = LEVEL_L.split(' ').map((one) => one.split(',').map(Number));
  // A quick look first; a small code on a large sheet needs the picture as it is, or drawn larger than it is.
  const SIDES = [1600, 3200, 4800];
  const MOST_GROWTH = 2.1;

  // --- Picture to dark and light -----------------------------------------------------------------------------------

  function grey(bitmap, wanted) {
    const scale = Math.min(wanted > SIDES[0] ? MOST_GROWTH : 1, wanted / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    const values = new Uint8Array(width * height);
    for (let at = 0; at < values.length; at += 1) {
      values[at] = (data[4 * at] * 77 + data[4 * at + 1] * 151 + data[4 * at + 2] * 28) >> 8;
    }
    return { values, width, height };
  }

  // Dark against the mean of the surroundings: a photo is never lit evenly. A summed-area table makes it one pass.
  function binary({ values, width, height }, reach) {
    const sums = new Float64Array((width + 1) * (height + 1));
    for (let y = 0; y < height; y += 1) {
      let row = 0;
      for (let x = 0; x < width; x += 1) {
        row += values[y * width + x];
        sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
      }
    }
    const dark = new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1) {
      const top = Math.max(0, y - reach), bottom = Math.min(height, y + reach + 1);
      for (let x = 0; x < width; x += 1) {
        const left = Math.max(0, x - reach), right = Math.min(width, x + reach + 1);
        const sum = sums[bottom * (width + 1) + right] - sums[top * (width + 1) + right]
          - sums[bottom * (width + 1) + left] + sums[top * (width + 1) + left];
        dark[y * width + x] = values[y * width + x] * (bottom - top) * (right - left) < sum * 0.9 ? 1 : 0;
      }
    }
    return { dark, width, height, at: (x, y) => dark[Math.round(y) * width + Math.round(x)] || 0 };
  }

  // --- Finder patterns ---------------------------------------------------------------------------------------------

  const RATIO = [1, 1, 3, 1, 1];

  function fits(runs) {
    const module = (runs[0] + runs[1] + runs[2] + runs[3] + runs[4]) / 7;
    return module >= 1 && RATIO.every((times, at) => Math.abs(runs[at] - times * module) < times * module * 0.55 + 0.3);
  }

  // The five runs through (x, y) along a direction, and how far the middle of the centre run is from it.
  function cross(picture, x, y, dx, dy, most) {
    const runs = [0, 0, 0, 0, 0];
    const inside = (at) => {
      const px = Math.round(x + at * dx), py = Math.round(y + at * dy);
      return px >= 0 && py >= 0 && px < picture.width && py < picture.height ? picture.dark[py * picture.width + px] : -1;
    };
    const walk = (step) => {
      let at = step > 0 ? 0 : -1;
      const ends = [];
      for (const shade of [1, 0, 1]) {
        const from = at;
        while (inside(at) === shade && Math.abs(at - from) <= most) at += step;
        ends.push(Math.abs(at - from));
      }
      return ends;
    };
    if (inside(0) !== 1) return null;
    const [after, light2, dark2] = walk(1);
    const [before, light1, dark1] = walk(-1);
    runs[0] = dark1; runs[1] = light1; runs[2] = before + after; runs[3] = light2; runs[4] = dark2;
    return fits(runs) ? { middle: (after - before) / 2, size: runs.reduce((sum, one) => sum + one, 0) / 7 } : null;
  }

  function finders(picture) {
    const found = [];
    const { dark, width, height } = picture;
    for (let y = 0; y < height; y += 2) {
      let runs = [], from = 0;
      for (let x = 1; x <= width; x += 1) {
        if (x < width && dark[y * width + x] === dark[y * width + x - 1]) continue;
        runs.push({ from, length: x - from, shade: dark[y * width + x - 1] });
        from = x;
        const last = runs.slice(-5);
        if (last.length < 5 || last[4].shade !== 1 || !fits(last.map((one) => one.length))) continue;
        confirm(picture, found, last[2].from + last[2].length / 2, y, last[2].length * 2);
      }
    }
    return found.filter((one) => one.seen > 1).sort((a, b) => b.seen - a.seen).slice(0, 12);
  }

  function confirm(picture, found, x, y, most) {
    const down = cross(picture, x, y, 0, 1, most);
    if (!down) return;
    const across = cross(picture, x, y + down.middle, 1, 0, most);
    if (!across) return;
    const centre = { x: x + across.middle, y: y + down.middle, size: (down.size + across.size) / 2, seen: 1 };
    const near = found.find((one) => Math.hypot(one.x - centre.x, one.y - centre.y) < 3 * one.size);
    if (!near) return void found.push(centre);
    for (const name of ['x', 'y', 'size']) near[name] = (near[name] * near.seen + centre[name]) / (near.seen + 1);
    near.seen += 1;
  }

  // Three centres as top left, top right, bottom left; the best-shaped triples first.
  function triples(centres) {
    const found = [];
    for (let a = 0; a < centres.length; a += 1) {
      for (let b = 0; b < centres.length; b += 1) {
        for (let c = 0; c < centres.length; c += 1) {
          if (a === b || b === c || a === c) continue;
          const [tl, tr, bl] = [centres[a], centres[b], centres[c]];
          const ux = tr.x - tl.x, uy = tr.y - tl.y, vx = bl.x - tl.x, vy = bl.y - tl.y;
          if (ux * vy - uy * vx <= 0) continue;
          const one = Math.hypot(ux, uy), other = Math.hypot(vx, vy);
          const sizes = [tl.size, tr.size, bl.size];
          const skew = Math.abs(ux * vx + uy * vy) / (one * other) + Math.abs(one - other) / Math.max(one, other)
            + (Math.max(...sizes) - Math.min(...sizes)) / Math.max(...sizes);
          if (skew < 1.2) found.push({ tl, tr, bl, skew });
        }
      }
    }
    return found.sort((one, other) => one.skew - other.skew).slice(0, 10);
  }

  // --- The grid ----------------------------------------------------------------------------------------------------

  // The projective map that takes the four corners of the unit square to four points, as nine numbers.
  function fromSquare([p, q, r, s]) {
    const dx = p.x - q.x + r.x - s.x, dy = p.y - q.y + r.y - s.y;
    const dx1 = q.x - r.x, dx2 = s.x - r.x, dy1 = q.y - r.y, dy2 = s.y - r.y;
    const by = dx1 * dy2 - dx2 * dy1;
    const g = (dx * dy2 - dx2 * dy) / by, h = (dx1 * dy - dx * dy1) / by;
    return [q.x - p.x + g * q.x, s.x - p.x + h * s.x, p.x, q.y - p.y + g * q.y, s.y - p.y + h * s.y, p.y, g, h, 1];
  }

  function apply(map, x, y) {
    const by = map[6] * x + map[7] * y + map[8];
    return { x: (map[0] * x + map[1] * y + map[2]) / by, y: (map[3] * x + map[4] * y + map[5]) / by };
  }

  // The alignment pattern nearest to where it should be: a dark module in a light ring in a dark ring.
  function alignment(picture, guess, ux, uy, vx, vy) {
    let best = null;
    const size = Math.hypot(ux, uy);
    const reach = Math.ceil(size * 6);
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) {
        const x = guess.x + dx, y = guess.y + dy;
        if (!picture.at(x, y)) continue;
        let hits = 0;
        for (let row = -2; row <= 2; row += 1) {
          for (let column = -2; column <= 2; column += 1) {
            const ring = Math.max(Math.abs(row), Math.abs(column));
            hits += picture.at(x + column * ux + row * vx, y + column * uy + row * vy) === (ring === 1 ? 0 : 1) ? 1 : 0;
          }
        }
        const far = Math.hypot(dx, dy) / reach;
        if (hits >= 22 && (!best || hits - far > best.score)) best = { x, y, score: hits - far };
      }
    }
    return best;
  }

  function grids(picture, { tl, tr, bl }) {
    const module = (tl.size + tr.size + bl.size) / 3;
    const side = (Math.hypot(tr.x - tl.x, tr.y - tl.y) + Math.hypot(bl.x - tl.x, bl.y - tl.y)) / 2 / module + 7;
    const nearest = Math.round((side - 17) / 4);
    const found = [];
    for (const off of [0, 1, -1, 2, -2, 3, -3]) {
      const version = nearest + off;
      if (version >= 1 && version <= 40) found.push(sample(picture, { tl, tr, bl }, version));
    }
    return found;
  }

  function sample(picture, { tl, tr, bl }, version) {
    const side = version * 4 + 17, span = side - 7;
    const ux = (tr.x - tl.x) / span, uy = (tr.y - tl.y) / span, vx = (bl.x - tl.x) / span, vy = (bl.y - tl.y) / span;
    let corner = { x: tr.x + bl.x - tl.x, y: tr.y + bl.y - tl.y }, inset = 3.5;
    if (version > 1) {
      const guess = { x: corner.x - 3 * (ux + vx), y: corner.y - 3 * (uy + vy) };
      const mark = alignment(picture, guess, ux, uy, vx, vy);
      if (mark) { corner = mark; inset = 6.5; }
    }
    // A square of modules through the three finder centres and the fourth point, then every module by its centre.
    const far = side - 3.5;
    const points = [{ x: 3.5, y: 3.5 }, { x: far, y: 3.5 }, { x: side - inset, y: side - inset }, { x: 3.5, y: far }];
    const map = through(points, [tl, tr, corner, bl]);
    const rows = [];
    for (let y = 0; y < side; y += 1) {
      const row = new Uint8Array(side);
      for (let x = 0; x < side; x += 1) {
        const place = apply(map, x + 0.5, y + 0.5);
        row[x] = picture.at(place.x, place.y);
      }
      rows.push(row);
    }
    return { rows, version, side };
  }

  // The map from module coordinates to the picture: out of the quadrilateral of modules, into that of the picture.
  function through(from, to) {
    const a = fromSquare(from), b = fromSquare(to);
    const inverse = [
      a[4] * a[8] - a[5] * a[7], a[2] * a[7] - a[1] * a[8], a[1] * a[5] - a[2] * a[4],
      a[5] * a[6] - a[3] * a[8], a[0] * a[8] - a[2] * a[6], a[2] * a[3] - a[0] * a[5],
      a[3] * a[7] - a[4] * a[6], a[1] * a[6] - a[0] * a[7], a[0] * a[4] - a[1] * a[3],
    ];
    const map = [];
    for (let row = 0; row < 3; row += 1) {
      for (let column = 0; column < 3; column += 1) {
        map.push([0, 1, 2].reduce((sum, at) => sum + b[3 * row + at] * inverse[3 * at + column], 0));
      }
    }
    return map;
  }

  // --- From modules to words ---------------------------------------------------------------------------------------

  const MASKS = [
    (x, y) => (x + y) % 2 === 0, (x, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0,
    (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0, (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
    (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
  ];

  // The format word of a mask at level L (data bits 01): five bits, ten check bits, then the fixed mask.
  function formatWord(mask) {
    let rest = (8 + mask) << 10;
    for (let bit = 14; bit >= 10; bit -= 1) if (rest & (1 << bit)) rest ^= 0x537 << (bit - 10);
    return (((8 + mask) << 10) | rest) ^ 0x5412;
  }

  function maskOf({ rows, side }) {
    const beside = [], beyond = [];
    for (const x of [0, 1, 2, 3, 4, 5, 7, 8]) beside.push(rows[8][x]);
    for (const y of [7, 5, 4, 3, 2, 1, 0]) beside.push(rows[y][8]);
    for (let y = side - 1; y >= side - 7; y -= 1) beyond.push(rows[y][8]);
    for (let x = side - 8; x < side; x += 1) beyond.push(rows[8][x]);
    let best = { distance: 4, mask: -1 };
    for (let mask = 0; mask < 8; mask += 1) {
      const word = formatWord(mask);
      for (const bits of [beside, beyond]) {
        const distance = bits.reduce((sum, bit, at) => sum + (bit !== ((word >> (14 - at)) & 1) ? 1 : 0), 0);
        if (distance < best.distance) best = { distance, mask };
      }
    }
    return best.mask;
  }

  function alignmentPlaces(version) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2, side = version * 4 + 17;
    const step = version === 32 ? 26 : Math.ceil((side - 13) / (2 * count - 2)) * 2;
    const places = [6];
    for (let at = side - 7; places.length < count; at -= step) places.splice(1, 0, at);
    return places;
  }

  function isFunction(version, side) {
    const places = alignmentPlaces(version);
    return (x, y) => {
      if (x === 6 || y === 6) return true;
      if (x < 9 && y < 9) return true;
      if (x >= side - 8 && y < 9) return true;
      if (x < 9 && y >= side - 8) return true;
      if (version >= 7 && ((x >= side - 11 && y < 6) || (y >= side - 11 && x < 6))) return true;
      return places.some((px) => places.some((py) => {
        const corner = (px === 6 && py === 6) || (px === 6 && py === side - 7) || (px === side - 7 && py === 6);
        return !corner && Math.abs(x - px) <= 2 && Math.abs(y - py) <= 2;
      }));
    };
  }

  function wordsOf({ rows, version, side }, mask) {
    const used = isFunction(version, side);
    const words = [];
    let bits = 0, count = 0, up = true;
    for (let right = side - 1; right > 0; right -= 2) {
      if (right === 6) right -= 1;
      for (let at = 0; at < side; at += 1) {
        const y = up ? side - 1 - at : at;
        for (const x of [right, right - 1]) {
          if (used(x, y)) continue;
          bits = (bits << 1) | (rows[y][x] ^ (MASKS[mask](x, y) ? 1 : 0));
          count += 1;
          if (count === 8) { words.push(bits); bits = 0; count = 0; }
        }
      }
      up = !up;
    }
    return words;
  }

  // --- Reed-Solomon over GF(256), polynomial 0x11d -----------------------------------------------------------------

  const EXP = new Uint8Array(512), LOG = new Uint8Array(256);
  for (let at = 0, value = 1; at < 255; at += 1) {
    EXP[at] = EXP[at + 255] = value;
    LOG[value] = at;
    value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
  }
  const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);
  const over = (a, b) => (a ? EXP[LOG[a] + 255 - LOG[b]] : 0);
  // A polynomial is an array of coefficients, the constant first.
  const valueAt = (poly, x) => poly.reduceRight((sum, one) => times(sum, x) ^ one, 0);

  function repaired(block, checks) {
    const syndromes = [];
    const reversed = [...block].reverse();
    for (let at = 0; at < checks; at += 1) syndromes.push(valueAt(reversed, EXP[at]));
    if (syndromes.every((one) => one === 0)) return block;
    const locator = berlekamp(syndromes);
    const errors = locator.length - 1;
    if (errors * 2 > checks) return null;
    const evaluator = Array.from({ length: checks }, (_, at) =>
      locator.reduce((sum, one, place) => (place <= at ? sum ^ times(one, syndromes[at - place]) : sum), 0));
    const result = Uint8Array.from(block);
    let seen = 0;
    for (let place = 0; place < block.length; place += 1) {
      const inverse = EXP[(255 - place) % 255];
      if (valueAt(locator, inverse) !== 0) continue;
      seen += 1;
      const slope = locator.reduce((sum, one, at) => (at % 2 ? sum ^ times(one, EXP[(LOG[inverse] * (at - 1)) % 255]) : sum), 0);
      if (!slope) return null;
      result[block.length - 1 - place] ^= times(EXP[place], over(valueAt(evaluator.slice(0, errors), inverse), slope));
    }
    return seen === errors ? result : null;
  }

  function berlekamp(syndromes) {
    let locator = [1], before = [1], shift = 1, last = 1, length = 0;
    for (let at = 0; at < syndromes.length; at += 1) {
      let gap = syndromes[at];
      for (let place = 1; place <= length; place += 1) gap ^= times(locator[place] || 0, syndromes[at - place]);
      if (!gap) { shift += 1; continue; }
      const kept = locator;
      const factor = over(gap, last);
      locator = Array.from({ length: Math.max(locator.length, before.length + shift) }, (_, place) =>
        (kept[place] || 0) ^ times(factor, before[place - shift] || 0));
      if (2 * length <= at) { length = at + 1 - length; before = kept; last = gap; shift = 1; } else shift += 1;
    }
    return locator.slice(0, length + 1);
  }

  function dataOf(words, version) {
    const [checks, few, short, many, long] = BLOCKS[version - 1];
    const sizes = [...Array(few).fill(short), ...Array(many).fill(long)];
    const blocks = sizes.map((size) => new Uint8Array(size + checks));
    let at = 0;
    for (let place = 0; place < Math.max(short, long); place += 1) {
      sizes.forEach((size, number) => { if (place < size) blocks[number][place] = words[at++]; });
    }
    for (let place = 0; place < checks; place += 1) {
      sizes.forEach((size, number) => { blocks[number][size + place] = words[at++]; });
    }
    const data = [];
    for (const [number, size] of sizes.entries()) {
      const block = repaired(blocks[number], checks);
      if (!block) return null;
      data.push(...block.slice(0, size));
    }
    return data;
  }

  // --- Segments ----------------------------------------------------------------------------------------------------

  const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

  function textOf(data, version) {
    let at = 0;
    const take = (count) => {
      let value = 0;
      for (let bit = 0; bit < count; bit += 1, at += 1) value = value * 2 + ((data[at >> 3] >> (7 - (at & 7))) & 1);
      return value;
    };
    const large = version < 10 ? 0 : version < 27 ? 1 : 2;
    let text = '';
    while (data.length * 8 - at >= 4) {
      const mode = take(4);
      if (mode === 0) break;
      if (mode === 1) {
        for (let left = take([10, 12, 14][large]); left > 0; left -= 3) {
          const digits = Math.min(3, left);
          text += String(take([0, 4, 7, 10][digits])).padStart(digits, '0');
        }
      } else if (mode === 2) {
        for (let left = take([9, 11, 13][large]); left > 0; left -= 2) {
          const value = take(left > 1 ? 11 : 6);
          text += left > 1 ? LETTERS[Math.floor(value / 45)] + LETTERS[value % 45] : LETTERS[value];
        }
      } else if (mode === 4) {
        const bytes = Array.from({ length: take([8, 16, 16][large]) }, () => take(8));
        text += new TextDecoder().decode(Uint8Array.from(bytes));
      } else return '';
    }
    return text;
  }

  // --- All of it ---------------------------------------------------------------------------------------------------

  function read(picture) {
    for (const triple of triples(finders(picture))) {
      for (const grid of grids(picture, triple)) {
        const mask = maskOf(grid);
        const data = mask < 0 ? null : dataOf(wordsOf(grid, mask), grid.version);
        const text = data ? textOf(data, grid.version) : '';
        if (text) return text;
      }
    }
    return '';
  }

  // The text of the QR code in a picture (an ImageBitmap); '' when none can be read.
  window.readQrCode = (bitmap) => {
    let before = 0;
    for (const wanted of SIDES) {
      const image = grey(bitmap, wanted);
      const side = Math.max(image.width, image.height);
      if (side === before) break;
      before = side;
      for (const reach of [Math.round(side / 24), Math.round(side / 60), Math.round(side / 10)]) {
        const text = read(binary(image, Math.max(4, reach)));
        if (text) return text;
      }
    }
    return '';
  };
})();
