// Files by button, paste or drop. Each is uploaded at once, with its progress shown; the answer is its chip.
import { say, token } from "./attach.js";
import { toast } from "./toast.js";

export function takeFiles(form, text) {
  const url = form.dataset.upload;
  const shelf = form.querySelector("[data-uploads]");
  if (!url || !shelf) return;
  const take = (files) => [...files].forEach((file) => upload(form, shelf, url, file));

  form.querySelector('input[type="file"]')?.addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = "";
  });
  text.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-target");
  });
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("is-target"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-target");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  shelf.addEventListener("click", (event) => event.target.closest("[data-upload-remove]")?.closest("li").remove());
}

function upload(form, shelf, url, file) {
  const largest = Number(form.dataset.uploadLargest || 0);
  if (largest && file.size > largest) return toast(say("upload_too_large", { name: file.name }), "error");
  const row = document.createElement("li");
  row.className = "upload";
  const name = document.createElement("bdi");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.className = "progress";
  bar.max = 1;
  bar.setAttribute("aria-label", say("uploading", { name: file.name }));
  row.append(name, bar);
  shelf.append(row);
  form.dataset.uploading = Number(form.dataset.uploading || 0) + 1;

  const body = new FormData();
  body.append("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("HX-Request", "true");
  request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
  request.onloadend = () => {
    form.dataset.uploading = Number(form.dataset.uploading) - 1;
    const answer = request.status >= 200 && request.status < 300
      ? new DOMParser().parseFromString(request.responseText, "text/html").querySelector("li") : null;
    if (answer) return row.replaceWith(document.adoptNode(answer));
    row.remove();
    toast(say("upload_failed", { name: file.name }), "error");
  };
  request.send(body);
}
