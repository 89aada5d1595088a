// Listening to a call in progress: samples come as they are spoken and are played a moment later.
"use strict";

(() => {
  const RATE = 8000;
  const AHEAD = 0.3; // seconds kept in hand against a hesitating network
  const LATEST = 2; // seconds behind the call at which one jumps forward
  const button = document.getElementById("overhear");
  const told = document.querySelector("[data-heard-for]");
  let stopping = null;

  const show = (listening, text) => {
    button.setAttribute("aria-pressed", String(listening));
    button.querySelector("[data-label]").textContent = listening ? "Arrêter l'écoute" : "Commencer l'écoute";
    told.textContent = text;
  };

  const play = async (reader, context) => {
    let at = 0;
    let left = new Uint8Array(0);
    let heard = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return heard;
      const bytes = new Uint8Array(left.length + value.length);
      bytes.set(left);
      bytes.set(value, left.length);
      const count = bytes.length >> 1;
      left = bytes.slice(count * 2);
      if (!count) continue;
      const samples = new DataView(bytes.buffer);
      const buffer = context.createBuffer(1, count, RATE);
      const channel = buffer.getChannelData(0);
      for (let index = 0; index < count; index += 1) channel[index] = samples.getInt16(index * 2, true) / 32768;
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(context.destination);
      if (at < context.currentTime || at > context.currentTime + LATEST) at = context.currentTime + AHEAD;
      source.start(at);
      at += buffer.duration;
      heard += buffer.duration;
      button.dataset.heard = heard.toFixed(1);
      told.textContent = `À l'écoute depuis ${Math.floor(heard)} s. C'est inscrit au journal.`;
    }
  };

  const listen = async () => {
    const context = new AudioContext({ sampleRate: RATE });
    stopping = new AbortController();
    show(true, "Connexion…");
    try {
      const answer = await fetch(button.dataset.url, { method: "POST", signal: stopping.signal });
      if (!answer.ok) throw new Error(await answer.text());
      await play(answer.body.getReader(), context);
      show(false, "L'appel est terminé.");
    } catch (error) {
      show(false, error.name === "AbortError" ? "Écoute arrêtée." : error.message || "Cet appel ne peut pas être écouté.");
    } finally {
      stopping = null;
      context.close();
    }
  };

  button.addEventListener("click", () => { if (stopping) stopping.abort(); else listen(); });
  window.addEventListener("pagehide", () => { if (stopping) stopping.abort(); });
})();
