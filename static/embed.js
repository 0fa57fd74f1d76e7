// Starts the embed page's program, which #boot names. Without it the browser plays by itself.
(async () => {
  const url = document.getElementById('boot').dataset.wasm;
  try {
    const go = new Go();
    const answer = await fetch(url, { priority: 'low' });
    const { instance } = await WebAssembly.instantiateStreaming(answer, go.importObject);
    go.run(instance);
  } catch (e) {
    console.error(e);
    if (window.shoalBoot) window.shoalBoot.basic();
  }
})();
