// Keeps the shell for when there is no network. `kept` is set by the server: addresses whose names change with their content.
// Pages: network first, three seconds, then the last copy that a guest saw, then /offline. Pages of signed-in people
// are kept apart and wiped at sign-out. Media is never kept here.
const SHELL = 'shell-' + kept.join().split('').reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7).toString(36);
const PAGES = 'pages', THUMBS = 'thumbs';
const MOST_THUMBS = 600, MOST_PAGES = 60;

self.addEventListener('install', (e) => e.waitUntil((async () => {
  const c = await caches.open(SHELL);
  await Promise.all(kept.map(async (u) => (await c.match(u)) || c.add(u)));
  await c.add(new Request('/offline', { cache: 'reload', credentials: 'omit' }));
})()));

self.addEventListener('activate', (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (![SHELL, THUMBS].includes(name)) await caches.delete(name); // kept pages name files of the version that goes
  }
  await self.clients.claim();
})()));

self.addEventListener('message', (e) => { if (e.data === 'reload') self.skipWaiting(); });

self.addEventListener('fetch', (e) => {
  const r = e.request, u = new URL(r.url);
  if (u.origin !== location.origin) return;
  if (r.method === 'POST' && (u.pathname === '/logout' || u.pathname === '/login')) {
    e.waitUntil(caches.delete(PAGES)); // one person's pages are not the next one's
    return;
  }
  if (r.method !== 'GET' || r.headers.has('range')) return;
  if (r.mode === 'navigate' && r.destination === 'document') return e.respondWith(page(e));
  if (u.pathname.startsWith('/web/')) return e.respondWith(asset(r));
  if (/^\/lazy-static\/(thumbnails|previews|avatars)\//.test(u.pathname)) return e.respondWith(thumb(e));
});

async function page(e) {
  const network = fetch(e.request);
  const slow = new Promise((_, no) => setTimeout(no, 3000, new Error('slow')));
  const old = await caches.open(PAGES).then((c) => c.match(e.request, { ignoreVary: true }));
  try {
    const answer = await (old ? Promise.race([network, slow]) : network);
    if (answer.ok && answer.type === 'basic' && !answer.redirected && !answer.headers.has('Set-Cookie')) {
      const copy = answer.clone();
      e.waitUntil(caches.open(PAGES).then((c) => c.put(e.request, copy)).then(() => trim(PAGES, MOST_PAGES)));
    }
    return answer;
  } catch {
    network.catch(() => {});
    return old || (await caches.match('/offline')) || Response.error();
  }
}

async function asset(r) {
  const c = await caches.open(SHELL);
  return (await c.match(r)) || fetch(r);
}

async function thumb(e) {
  const c = await caches.open(THUMBS);
  const old = await c.match(e.request);
  if (old) return old;
  const answer = await fetch(e.request);
  if (answer.ok && answer.status === 200) {
    const copy = answer.clone();
    e.waitUntil(c.put(e.request, copy).then(() => trim(THUMBS, MOST_THUMBS)));
  }
  return answer;
}

// trim removes what was put in first.
async function trim(name, most) {
  const c = await caches.open(name);
  const all = await c.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - most)).map((k) => c.delete(k)));
}
