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
  frame.style.cssText = "width: 100%; max-width: 44rem; height: min(44rem, 90vh); border: 1px solid #74879a; border-radius: 0.6rem";
  script.after(frame);
})();
