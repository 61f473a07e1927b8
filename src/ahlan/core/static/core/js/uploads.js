// Files by button, paste or drop. Each is uploaded at once with its progress shown; the server answers {id, url}.
// The chip of a file is the form's own <template data-upload-template>.
import { announce, say, token } from "./attach.js";
import { toast } from "./toast.js";

export function takeFiles(form, text) {
  const shelf = form.querySelector("[data-uploads]");
  if (!form.dataset.upload || !shelf) return;
  const take = (files) => [...files].forEach((file) => upload(form, shelf, file));

  form.querySelector('input[type="file"]')?.addEventListener("change", (event) => {
    take([...event.target.files]);
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
  shelf.addEventListener("click", (event) => {
    const button = event.target.closest("[data-upload-remove]");
    if (button) remove(button);
  });
}

function remove(button) {
  const url = button.dataset.uploadRemove;
  if (url) fetch(url, { method: "DELETE", headers: { "X-CSRFToken": token() } }).catch(() => toast(say("not_reached"), "error"));
  button.closest("li").remove();
}

// A file the server has made: {id, name, url}, put with the others.
export function putFile(form, made) {
  form.querySelector("[data-uploads]").append(chip(form, made));
}

function upload(form, shelf, file) {
  const largest = Number(form.dataset.uploadLargest || 0);
  if (largest && file.size > largest) return toast(say("upload_too_large", { name: file.name }), "error");
  const row = waiting(file);
  shelf.append(row);
  count(form, 1);
  const body = new FormData();
  body.append("file", file, file.name || "picture.png");
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.upload);
  request.setRequestHeader("X-CSRFToken", token());
  request.responseType = "json";
  request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
    if (lengthComputable) row.querySelector("progress").value = loaded / total;
  };
  request.onloadend = () => {
    count(form, -1);
    if (request.status < 300 && request.response?.id) return row.replaceWith(chip(form, request.response));
    row.remove();
    toast(say(request.status === 413 ? "upload_too_large" : "upload_failed", { name: file.name }), "error");
  };
  request.send(body);
}

function waiting(file) {
  const row = document.createElement("li");
  row.className = "upload";
  const name = document.createElement("bdi");
  name.className = "cut";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.className = "progress";
  bar.max = 1;
  bar.setAttribute("aria-label", say("uploading", { name: file.name }));
  row.append(name, bar);
  return row;
}

function chip(form, { id, name, url }) {
  const made = form.querySelector("[data-upload-template]").content.cloneNode(true).querySelector("li");
  made.querySelector("input").value = id;
  made.querySelector("[data-upload-name]").textContent = name;
  made.querySelector("[data-upload-remove]").dataset.uploadRemove = url;
  announce(name);
  return made;
}

function count(form, more) {
  form.dataset.uploading = Number(form.dataset.uploading || 0) + more;
}
