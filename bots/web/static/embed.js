// One line on a partner's own page: <script src="https://…/embed.js" data-source="site" async></script>
// It puts our page there in a frame that can do nothing to the page around it.
(() => {
  const script = document.currentScript;
  if (!script) return;
  const ours = new URL(script.src).origin;
  const frame = document.createElement("iframe");
  const language = script.dataset.lang ? `?lang=${encodeURIComponent(script.dataset.lang)}` : "";
  frame.src = `${ours}/embed/p/${encodeURIComponent(script.dataset.source || "")}${language}`;
  frame.title = script.dataset.title || "Porte-voix";
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  frame.setAttribute("sandbox", "allow-forms allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  frame.style.cssText = "box-sizing: border-box; width: 100%; max-width: 44rem; height: min(44rem, 90vh); border: 1px solid #74879a; border-radius: 0.6rem";
  // As tall as what is in it; a conversation scrolls inside a frame that the window can show whole. Only our own page is
  // given this line, only a height comes back by it, and each page that loads in the frame gets a line of its own.
  frame.addEventListener("load", () => {
    const line = new MessageChannel();
    line.port1.onmessage = ({ data }) => {
      const height = Number(data && data.height);
      if (!(height > 0 && height < 50000)) return;
      frame.style.height = data.scrolls ? `min(${height + 2}px, 90vh)` : `${height + 2}px`;
    };
    frame.contentWindow.postMessage("porte-voix height", ours, [line.port2]);
  });
  script.after(frame);
})();
