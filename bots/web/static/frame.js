// Inside a partner's own page: says how tall this page is to whoever made the frame and asked, and says nothing else.
(() => {
  let line = null;
  let told = 0;
  function tell() {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (!line || height === told) return;
    told = height;
    line.postMessage({ height, scrolls: document.getElementById("composer") !== null });
  }
  addEventListener("message", (event) => {
    if (event.source !== parent || event.data !== "porte-voix height" || event.ports.length !== 1) return;
    [line] = event.ports;
    told = 0;
    tell();
  });
  new ResizeObserver(tell).observe(document.body);
})();
