// Starts a video before any WASM is here: one ranged fetch goes into a media source as it arrives.
// It stands before the stylesheets, which scripts wait for: bytes are decoded while the page is still being laid out.
// The Go player takes over the same media element later, through window.shoalBoot.
(() => {
  const data = document.getElementById('boot');
  if (!data) return;
  const me = document.currentScript;
  const query = new URLSearchParams(location.search);
  if (query.get('wasm') === 'false') return; // the browser's own player stays

  const boot = JSON.parse(data.textContent);
  const there = document.getElementById('player-video');
  const video = there || Object.assign(document.createElement('video'), { id: 'player-video', playsInline: true });
  let host; // once the page has come that far
  const soundOnly = !(boot.levels || []).length; 
  const levels = soundOnly ? (boot.audioOnly ? [boot.audioOnly] : []) : boot.levels;
  const b = window.shoalBoot = { uuid: boot.uuid, video, mode: '', level: -1, sound: -1, tracks: [], open: false, load };
  const MS = window.MediaSource || window.ManagedMediaSource;
  const stored = (key) => { try { return localStorage.getItem(key) || ''; } catch { return ''; } };
  const signed = (url) => boot.fileToken ? url + (url.includes('?') ? '&' : '?') + 'videoFileToken=' + boot.fileToken : url;

  // The question whether to share is there from the first drawing on, so that nothing moves; the program takes it away.
  const answer = (/^answer=(\w+)$/m.exec(stored('shoal.sharing')) || [])[1];
  if (boot.p2p && (answer === 'ask' || !answer && boot.silence !== 'off') && MS && window.RTCPeerConnection && query.get('p2p') !== '0' && !(navigator.connection || {}).saveData) {
    document.documentElement.dataset.sharing = 'ask';
  }

  // The WASM comes once: after the first frame, or when nothing is about to move.
  let asked, due;
  function load() {
    if (!host) due = true; // there is no page yet
    if (!host || asked) return;
    asked = true;
    for (const i of document.querySelectorAll('img[data-src]')) {
      i.srcset = i.dataset.srcset || '';
      i.src = i.dataset.src;
    }
    for (const src of (data.dataset.scripts || '').split(' ').filter(Boolean)) {
      const s = document.createElement('script');
      s.src = src;
      s.async = false;
      s.fetchPriority = 'low';
      if (me) s.nonce = me.nonce;
      s.onerror = basic;
      document.head.append(s);
    }
  }

  // Without WASM the browser plays the file itself, from where it is.
  function basic() {
    if (b.taken) return;
    b.tracks.forEach((t) => t.stop());
    const at = video.currentTime, on = !video.paused;
    b.taken = true;
    native();
    video.controls = true;
    video.currentTime = at;
    if (on) video.play().catch(() => {});
    if (host) host.dataset.player = 'basic';
  }
  b.basic = basic;

  function native() {
    b.mode = video.canPlayType('application/vnd.apple.mpegurl') && boot.master ? 'hls' : 'progressive';
    const whole = levels.filter((l) => l.muxed);
    const url = b.mode === 'hls' ? boot.master : (whole[pick(whole)] || levels[0] || {}).file;
    if (url) video.src = signed(url);
  }

  const mime = (l, sound = soundOnly) => {
    const isSound = (c) => /^(mp4a|opus|ac-3|ec-3|flac|mp3)/i.test(c);
    const codecs = (l.codecs || '').split(',').map((c) => c.trim()).filter((c) => sound ? isSound(c) : l.muxed || !isSound(c));
    return (sound ? 'audio' : 'video') + '/mp4; codecs="' + codecs.join(',') + '"';
  };

  // The same first choice as the Go player makes: what was measured last time, else 480p.
  function pick(list, fits = () => true) {
    const net = navigator.connection || {};
    const rate = +stored('shoal.bandwidth') || (/2g|3g/.test(net.effectiveType) ? net.downlink * 1e6 : 0);
    const wanted = +((/^quality=(-?\d+)$/m.exec(stored('shoal.device')) || [])[1] || 0);
    const side = (l) => Math.min(l.width || l.height, l.height);
    const most = net.saveData ? 480 : Math.min(screen.width, screen.height) * (window.devicePixelRatio || 1);
    let best = 0;
    list.forEach((l, i) => {
      if (!fits(l)) return;
      if (wanted > 0 ? side(l) <= wanted : side(l) <= most && (rate ? l.bandwidth <= 0.7 * rate : side(l) <= 480)) best = i;
    });
    return best;
  }

  const seconds = (s) => {
    const m = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(s);
    if (m) return (+m[1] || 0) * 3600 + (+m[2] || 0) * 60 + (+m[3] || 0);
    return s.split(':').reduce((sum, part) => sum * 60 + +part, 0) || 0;
  };

  function start() {
    const asked = query.get('start') || query.get('t') || (/(?:^#|&)t=(?:npt:)?([^,&]*)/.exec(location.hash) || [])[1];
    if (asked) return Math.min(seconds(asked), Math.max(0, boot.duration - 1));
    if (query.get('resume') === '0') return 0;
    const line = stored('shoal.positions').split('\n').find((l) => l.startsWith(boot.uuid + ' '));
    const at = boot.position || (line ? +line.split(' ')[1] : 0);
    return at > 10 && at < 0.95 * boot.duration ? at : 0;
  }

  // begin plays if the person or the address wants it; a browser that refuses sound gets none.
  function begin() {
    if (b.mode !== 'mse') video.preload = 'metadata';
    video.play().catch((e) => {
      if (e.name !== 'NotAllowedError') return;
      b.mutedAuto = video.muted = true;
      if (host) host.dataset.autoplay = 'muted';
      video.play().catch(() => { if (host) host.dataset.autoplay = 'blocked'; load(); });
    });
  }

  // Track feeds one source buffer in order until someone takes it.
  function track(level, sound, from, to, parts) {
    const t = { level, sound, from, to, pos: from, parts, queue: [], kept: [], appended: 0, began: performance.now() };
    const abort = window.AbortController ? new AbortController() : null;
    t.stop = () => { t.stopped = true; if (abort) abort.abort(); };
    t.append = () => {
      if (b.taken || !t.buffer || t.buffer.updating || !t.queue.length || video.error) return;
      const c = t.queue.shift();
      t.appended += c.byteLength;
      try { t.buffer.appendBuffer(c); } catch (e) { t.queue.unshift(c); t.appended -= c.byteLength; load(); return; }
      if (t.appended < 3e7) t.kept.push(c); // for other viewers
    };
    const data = (c) => {
      t.pos += c.byteLength;
      if (t.sink) return t.sink(c);
      t.queue.push(c);
      t.append();
    };
    const end = (e) => {
      if (t.ended) return;
      t.ended = performance.now();
      t.error = e;
      if (t.onend) t.onend(e);
      else if (e && !t.stopped) load();
    };
    const get = async ([at, upto]) => {
      const r = await fetch(signed(level.file), { headers: { Range: 'bytes=' + at + '-' + (upto - 1) }, priority: 'high', signal: abort && abort.signal });
      if (r.status !== 206 && !(r.status === 200 && at === 0)) throw { status: r.status };
      const reader = r.body.getReader();
      for (let left = upto - at; left > 0;) {
        const { value, done } = await reader.read();
        if (done || t.stopped) throw { status: 0 };
        const c = value.byteLength > left ? value.subarray(0, left) : value;
        left -= c.byteLength;
        data(c);
        if (!left) reader.cancel().catch(() => {});
      }
    };
    let here = 0; // bytes that came with the page
    if (level.opening && !from) {
      const opening = Uint8Array.from(atob(level.opening), (c) => c.charCodeAt(0));
      here = opening.length;
      data(opening);
    }
    (async () => {
      for (const [at, upto] of parts) {
        if (at + here < upto) await get([at + here, upto]);
        here = 0;
      }
      while (wanted && !b.taken) { // the program is late: do not let the picture stand still
        const r = video.buffered;
        const part = !r.length || r.end(r.length - 1) - video.currentTime > 5 ? 0 : await after(level, parts[parts.length - 1][1]);
        if (part === undefined) break;
        if (!part) await new Promise((ok) => setTimeout(ok, 100));
        else if (!b.taken) {
          parts.push(part);
          await get(part);
        }
      }
    })().then(() => end(), (e) => end({ status: e.status || 0 }));
    b.tracks.push(t);
    return t;
  }

  // The segments of a level from its playlist: when each ends, and its bytes.
  const lists = {};
  const list = (l) => lists[l.playlist] = lists[l.playlist] || (async () => {
    const text = await (await fetch(signed(l.playlist), { priority: 'high' })).text();
    const map = /#EXT-X-MAP:[^\n]*BYTERANGE="(\d+)@(\d+)"/.exec(text);
    const each = /#EXTINF:([\d.]+)[^#]*#EXT-X-BYTERANGE:(\d+)@(\d+)/g;
    const segments = [];
    for (let m, time = 0; (m = each.exec(text));) segments.push([time += +m[1], +m[3], +m[3] + +m[2]]);
    if (!map || !segments.length) throw { status: 0 };
    return { init: [+map[2], +map[2] + +map[1]], segments };
  })();

  // The segment that begins at an offset, undefined behind the last.
  async function after(l, offset) {
    const s = (await list(l)).segments.find((s) => s[1] === offset);
    return s && [s[1], s[2]];
  }

  // The first bytes of a level, when they hold the position.
  function head(l, at) {
    let to = l.init, time = 0;
    (l.times || []).some((ms, i) => {
      if (time >= (wanted ? 6 : 1)) return true;
      time += ms / 1000;
      to += l.first[i];
    });
    return at < time - 0.5 || !at ? [[0, to]] : null;
  }

  // Where to start in a level otherwise: where its playlist says.
  async function plan(l, at) {
    const { init, segments } = await list(l);
    const first = segments.findIndex((s) => s[0] > at);
    const last = segments.findIndex((s) => s[0] > at + 4);
    if (first < 0) throw { status: 0 };
    return [init, [segments[first][1], segments[last < 0 ? segments.length - 1 : last][2]]];
  }

  if (/^(1|true|yes)$/.test(query.get('muted'))) video.muted = true;
  const at = b.start = start();
  const wanted = b.autoplay = query.has('autoplay') ? !/^(0|false|no)$/.test(query.get('autoplay')) : boot.autoplay;

  function feed(level) {
    b.mode = 'mse';
    b.level = level;
    const l = levels[level];
    const sounds = boot.audio || [];
    const apart = !soundOnly && !l.muxed && sounds.length ? sounds.findIndex((a) => a.default) : -1;
    b.sound = !soundOnly && !l.muxed && sounds.length ? Math.max(0, apart) : -1;
    const follow = (item, sound, parts) => {
      const t = track(item, sound, parts[0][0], parts[parts.length - 1][1], parts);
      t.mime = mime(item, sound);
      return t;
    };
    const open = (item, sound) => {
      const parts = head(item, at);
      return parts ? follow(item, sound, parts) : plan(item, at).then((parts) => follow(item, sound, parts));
    };
    const all = [open(l, soundOnly)];
    if (b.sound >= 0) all.push(open(sounds[b.sound], true));
    return all;
  }

  let show = () => {}; // the page

  // Waits for the tracks of feed.
  function attach(all) {
    const ms = b.mediaSource = new MS();
    if (MS !== window.MediaSource) video.disableRemotePlayback = true;
    const opened = new Promise((ok) => ms.addEventListener('sourceopen', ok, { once: true }));
    const url = URL.createObjectURL(ms);
    video.preload = 'auto';
    video.src = url;
    if (at) video.currentTime = at;
    b.ready = Promise.all([opened, ...all]).then(([, ...tracks]) => {
      URL.revokeObjectURL(url);
      if (boot.duration) ms.duration = boot.duration;
      for (const t of tracks) t.buffer = ms.addSourceBuffer(t.mime); // all of them before the first byte
      for (const t of tracks) {
        t.buffer.addEventListener('updateend', show, { once: true });
        t.buffer.addEventListener('updateend', () => { close(); t.append(); soon(); });
        t.append();
      }
      b.open = true;
    }).catch((e) => { b.error = e; load(); });
  }

  // The first picture may lie a little behind the start: go there.
  function close() {
    const r = video.buffered;
    if (b.taken || !r.length || video.readyState > 2 || video.seeking) return;
    for (let i = 0; i < r.length; i++) {
      const gap = r.start(i) - video.currentTime;
      if (gap > 0 && gap < 1) { video.currentTime = r.start(i); return; }
    }
  }

  // Compiling takes the page's time: two seconds of picture come first, if they come soon.
  const soon = () => {
    const r = video.buffered;
    if (framed && (b.mode !== 'mse' || r.length && r.end(r.length - 1) > video.currentTime + 2)) load();
  };
  let framed;
  const frame = () => {
    if (framed) return;
    framed = true;
    performance.mark('first-frame');
    soon();
    setTimeout(load, 1500);
  };

  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(frame);
  else video.addEventListener('playing', frame, { once: true });
  video.addEventListener('error', load);

  // Asking a browser for the first time what it can play takes it long enough for the first bytes to arrive: they are asked for before.
  const fits = (l) => MS.isTypeSupported(mime(l));
  let all = MS && levels.length && feed(pick(levels));
  if (all && !fits(levels[b.level])) {
    b.tracks.splice(0).forEach((t) => t.stop());
    b.mode = '';
    all = levels.some(fits) && feed(pick(levels, fits));
  }
  // What decoders need first came with the page: they get it before the page is laid out, which takes as long as they take to start.
  if (all && wanted && !there && levels[b.level].opening) {
    const root = document.documentElement.style;
    root.display = 'none';
    show = () => { root.display = ''; };
    setTimeout(show, 200); // whatever happens
  }
  if (all) attach(all);
  else if (levels.length) native();
  // Until the player is here, the browser's own controls are: at once when a press starts it, else when it is late.
  const bare = () => { if (!b.taken && b.mode) video.controls = true; };

  // The page has the player's place.
  function place() {
    if (!there) {
      if (host.dataset.poster) video.poster = host.dataset.poster;
      host.prepend(video);
    }
    if (due) load();
    if (wanted && b.mode) begin();
    else {
      bare();
      if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: 2000 });
      else setTimeout(load, 500);
    }
    setTimeout(bare, 4000);
    // A hidden page draws no frame, a stalled one perhaps never: the player is needed anyway.
    setTimeout(load, wanted ? 6000 : 2500);
  }

  const placed = () => {
    host = document.getElementById('player-host');
    if (host) place();
    return host;
  };
  if (!placed()) {
    const parsing = new MutationObserver(() => { if (placed()) parsing.disconnect(); });
    parsing.observe(document, { childList: true, subtree: true });
  }
})();
