// What a page does besides links and forms: listening, filtering a list, leaving with unsaved changes.
"use strict";

(() => {
  let sound = null;
  let pressed = null;

  const silence = () => {
    if (sound) { sound.pause(); URL.revokeObjectURL(sound.src); }
    if (pressed) { pressed.setAttribute("aria-pressed", "false"); pressed.removeAttribute("aria-busy"); }
    sound = pressed = null;
  };

  const complain = (button, text) => {
    const place = button.closest("[data-listening]") || button.parentElement;
    let told = place.querySelector(".listening-error");
    if (!told) {
      told = document.createElement("p");
      told.className = "listening-error alert";
      told.setAttribute("role", "alert");
      place.append(told);
    }
    told.textContent = text;
    told.hidden = !text;
  };

  // What was kept of a caller's voice is played from where it is.
  const voice = async (button) => {
    const played = new Audio(button.dataset.sound);
    sound = played;
    played.addEventListener("ended", silence);
    try {
      await played.play();
      complain(button, "");
      button.dataset.heard = String((Number(button.dataset.heard) || 0) + 1);
    } catch (error) {
      if (error.name === "AbortError") return;
      complain(button, "Ce son n'est plus gardé, ou un autre serveur le garde.");
      silence();
    }
  };

  // A button « Écouter » sends its field's text (or its own data-text) and plays what comes back.
  const listen = async (button) => {
    const again = pressed === button;
    silence();
    if (again) return;
    pressed = button;
    button.setAttribute("aria-pressed", "true");
    if (button.dataset.sound) { await voice(button); return; }
    button.setAttribute("aria-busy", "true");
    const form = new URLSearchParams();
    const field = button.dataset.field && document.getElementById(button.dataset.field);
    form.set("text", field ? field.value : button.dataset.text || "");
    form.set("prompt", button.dataset.prompt || "");
    const spoken = button.dataset.spoken && document.getElementById(button.dataset.spoken);
    if (spoken) form.set("spoken", spoken.value);
    try {
      const answer = await fetch(button.dataset.url || "/ecouter", { method: "POST", body: form });
      if (!answer.ok) throw new Error(await answer.text());
      const played = new Audio(URL.createObjectURL(await answer.blob()));
      if (pressed !== button) return;
      complain(button, decodeURIComponent(answer.headers.get("X-Notice") || ""));
      sound = played;
      played.addEventListener("ended", silence);
      await played.play();
      button.dataset.heard = String((Number(button.dataset.heard) || 0) + 1);
    } catch (error) {
      if (error.name !== "AbortError") complain(button, error.message || "Cette phrase ne peut pas être écoutée.");
      silence();
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".listen");
    if (button) { event.preventDefault(); listen(button); }
  });

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // <input data-filter="#list"> hides the items that do not contain its words.
  document.addEventListener("input", (event) => {
    const target = event.target.dataset && event.target.dataset.filter;
    if (!target) return;
    const words = plain(event.target.value).split(/\s+/).filter(Boolean);
    for (const item of document.querySelectorAll(`${target} [data-find]`)) {
      const found = plain(item.dataset.find);
      item.hidden = !words.every((word) => found.includes(word));
    }
    for (const group of document.querySelectorAll(`${target} [data-group]`)) {
      group.hidden = !group.querySelector("[data-find]:not([hidden])");
    }
  });

  // <form data-guard>: ask before what was typed is lost.
  let dirty = false;
  document.addEventListener("input", (event) => { if (event.target.form?.matches("[data-guard]")) dirty = true; });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.form?.matches("[data-guard]") && event.target.name === "do") dirty = true; });
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-guard]")) dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  // What was typed stays on the page while the server cannot take it: it restarts, or the session has ended.
  const notice = document.createElement("div");
  notice.className = "alert unsaved";
  notice.setAttribute("role", "alert");
  const warn = (text, link) => {
    notice.replaceChildren(text);
    if (link) {
      const shown = document.createElement("a");
      Object.assign(shown, { href: link, target: "_blank", textContent: "Se connecter dans un autre onglet" });
      notice.append(" ", shown);
    }
    document.getElementById("contenu")?.prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  };
  const AWAY = "Le serveur ne répond pas en ce moment. Votre texte est toujours là : enregistrez-le dans un instant.";
  document.addEventListener("htmx:sendError", () => warn(AWAY));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) warn("Votre session est terminée. Votre texte est toujours là.", "/connexion");
    else if (event.detail.xhr.status >= 500) warn(AWAY);
  });

  // <button data-confirm="…"> asks first.
  document.addEventListener("submit", (event) => {
    const question = event.submitter && event.submitter.dataset.confirm;
    if (question && !event.target.dataset.answered && !window.confirm(question)) event.preventDefault();
  });

  // A form that takes long to write is sent only to a server that answers: a browser's own error page has no text.
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || !form.matches("[data-guard]") || form.dataset.answered) return;
    event.preventDefault();
    try {
      const answer = await fetch("/static/icon.svg", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (!answer.ok) throw new Error(answer.statusText);
    } catch {
      dirty = true;
      warn(AWAY);
      return;
    }
    form.dataset.answered = "yes";
    form.requestSubmit(button);
    delete form.dataset.answered;
  });

  // <table data-arrows>: the arrow keys go from day to day.
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  document.addEventListener("keydown", (event) => {
    const days = event.target.closest("[data-arrows] td") && [...event.target.closest("table").querySelectorAll("td a")];
    const next = days && days[days.indexOf(event.target) + (STEPS[event.key] || 0)];
    if (next && next !== event.target) { event.preventDefault(); next.focus(); }
  });

  // <ol data-scroll> shows its newest line.
  const follow = () => { for (const talk of document.querySelectorAll("[data-scroll]")) talk.scrollTop = talk.scrollHeight; };
  document.addEventListener("htmx:afterSettle", follow);
  follow();

  // <div data-stream="/url"> is replaced by whatever the server sends.
  for (const place of document.querySelectorAll("[data-stream]")) {
    const source = new EventSource(place.dataset.stream);
    source.onmessage = (event) => {
      const open = document.activeElement && place.contains(document.activeElement) && document.activeElement.id;
      place.innerHTML = event.data;
      if (window.htmx) window.htmx.process(place);
      if (open) document.getElementById(open)?.focus();
      follow();
    };
    window.addEventListener("pagehide", () => source.close());
  }
})();
