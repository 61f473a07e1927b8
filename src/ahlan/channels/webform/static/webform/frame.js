// Inside another site's frame the page drops its own head and foot, and tells how high it is.
if (window.parent !== window) {
  document.documentElement.classList.add("is-framed");
  const tell = () => window.parent.postMessage({ ahlanHeight: document.body.scrollHeight }, "*"); // a number, no secret
  new ResizeObserver(tell).observe(document.body);
}
