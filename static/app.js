// Brings the application to life: runs the program named by #state, keeps what a visitor did to the page meanwhile,
// and registers the service worker.
(() => {
  const state = document.getElementById('state');
  if (!state || new URLSearchParams(location.search).get('wasm') === 'false' || !window.WebAssembly) return;

  // What go-app asks of its page.
  window.goappGetenv = () => '';
  window.goappIsAppInstallable = () => false;
  window.goappIsAppInstalled = () => matchMedia('(display-mode: standalone)').matches;

  const bar = document.createElement('div');
  bar.id = 'progress';
  bar.setAttribute('aria-hidden', 'true');
  const fill = bar.appendChild(document.createElement('i'));
  const slow = setTimeout(() => document.body.append(bar), 1000);

  // The program draws the same page anew. Words typed, boxes ticked, menus open and the focus move over.
  window.shoalHold = () => {
    const all = () => [...document.querySelectorAll('#app *')];
    const before = all();
    const at = before.indexOf(document.activeElement);
    const caret = at >= 0 && 'selectionStart' in before[at] ? [before[at].selectionStart, before[at].selectionEnd] : null;
    const kept = before.map((el, i) => {
      const k = { i, tag: el.tagName };
      if (el.tagName === 'INPUT' && /^(checkbox|radio)$/.test(el.type)) { if (el.checked !== el.defaultChecked) k.checked = el.checked; }
      else if (el.tagName === 'INPUT' && el.type === 'file') { if (el.files.length) k.files = el.files; }
      else if (/^(INPUT|TEXTAREA)$/.test(el.tagName)) { if (el.value !== el.defaultValue) k.value = el.value; }
      else if (el.tagName === 'SELECT') { if ([...el.options].some((o) => o.selected !== o.defaultSelected)) k.value = el.value; }
      else if (el.tagName === 'DETAILS') k.open = el.open;
      if (el.popover && el.matches(':popover-open')) k.popover = true;
      if (el.scrollTop || el.scrollLeft) k.scroll = [el.scrollLeft, el.scrollTop];
      return Object.keys(k).length > 2 ? k : null;
    }).filter(Boolean);
    const y = scrollY;
    return () => {
      const now = all();
      for (const k of kept) {
        const el = now[k.i];
        if (!el || el.tagName !== k.tag) continue;
        if (k.checked !== undefined) { el.checked = k.checked; el.dispatchEvent(new Event('change', { bubbles: true })); }
        if (k.files) { el.files = k.files; el.dispatchEvent(new Event('change', { bubbles: true })); }
        if (k.value !== undefined) {
          el.value = k.value;
          el.dispatchEvent(new Event(el.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
        }
        if (k.open !== undefined) el.open = k.open;
        if (k.popover) el.showPopover();
        if (k.scroll) el.scrollTo(...k.scroll);
      }
      const focus = now[at];
      if (focus && focus.tagName === before[at].tagName) {
        focus.focus({ preventScroll: true });
        if (caret && focus.setSelectionRange && caret[0] !== null) focus.setSelectionRange(...caret);
      }
      if (scrollY !== y) scrollTo(0, y);
    };
  };

  // A press that is under way ends on the element where it began.
  let pressed = false;
  addEventListener('pointerdown', () => { pressed = true; }, true);
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => { pressed = false; }, true);
  const released = async () => { while (pressed) await new Promise((ok) => setTimeout(ok, 50)); };

  const go = new Go();
  fetch(state.dataset.wasm, { priority: 'low' }).then(async (answer) => {
    if (!answer.ok) throw new Error('program: ' + answer.status);
    const whole = +answer.headers.get('Content-Length') * 4 || 9e6; // packed to a quarter
    let got = 0;
    const counted = answer.body.pipeThrough(new TransformStream({
      transform(chunk, to) {
        got += chunk.byteLength;
        fill.style.inlineSize = Math.min(96, got / whole * 100) + '%';
        to.enqueue(chunk);
      },
    }));
    const { instance } = await WebAssembly.instantiateStreaming(new Response(counted, { headers: { 'Content-Type': 'application/wasm' } }), go.importObject);
    await released();
    go.run(instance);
  }).catch((e) => {
    console.error(e);
    if (window.shoalBoot) window.shoalBoot.basic();
  }).finally(() => {
    clearTimeout(slow);
    bar.remove();
    setTimeout(register, 3000); // it fetches the program again, from the browser's cache
  });

  function register() {
    if (!('serviceWorker' in navigator)) return;
    navigator.serviceWorker.register('/sw.js').then((r) => {
      r.addEventListener('updatefound', () => {
        const next = r.installing;
        if (next) next.addEventListener('statechange', () => {
          if (next.state === 'installed' && navigator.serviceWorker.controller && window.shoalUpdate) window.shoalUpdate();
        });
      });
    }).catch(() => {}); // private windows refuse it; everything works without
  }
})();
