(() => {
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  frame.src = "{{ address|escapejs }}";
  frame.title = "{{ title|escapejs }}";
  frame.loading = "lazy";
  frame.width = "100%";
  frame.height = "640";
  frame.style.border = "0";
  const home = new URL(frame.src).origin;
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== home) return;
    const height = Number(event.data?.ahlanHeight);
    if (height > 0 && height < 5000) frame.height = String(Math.ceil(height));
  });
  script.replaceWith(frame);
})();
