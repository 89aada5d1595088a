// « Enregistrer au micro »: a take, heard back as callers will hear it, then kept by the form of an uploaded file.
"use strict";

(() => {
  const LONGEST = 120;

  // 16-bit mono samples as a WAV file.
  const wav = (frames, rate) => {
    const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    const header = new DataView(new ArrayBuffer(44));
    const text = (at, value) => [...value].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
    text(0, "RIFF"); header.setUint32(4, 36 + bytes, true); text(8, "WAVEfmt ");
    header.setUint32(16, 16, true); header.setUint16(20, 1, true); header.setUint16(22, 1, true);
    header.setUint32(24, rate, true); header.setUint32(28, 2 * rate, true);
    header.setUint16(32, 2, true); header.setUint16(34, 16, true);
    text(36, "data"); header.setUint32(40, bytes, true);
    return new File([header, ...frames], "micro.wav", { type: "audio/wav" });
  };

  const prepare = (recorder) => {
    const find = (selector) => recorder.querySelector(selector);
    const take = find("[data-take]"), done = find("[data-done]"), play = find("[data-play]"), keep = find("[data-keep]");
    const level = find("meter"), state = find("[role=status]"), refusal = find(".alert");
    let open = null, frames = [], file = null, heard = null;

    const enter = (name, told) => {
      recorder.dataset.state = name;
      take.hidden = name === "taking";
      done.hidden = level.hidden = name !== "taking";
      play.hidden = keep.hidden = name !== "heard";
      take.lastElementChild.textContent = name === "idle" ? "Enregistrer au micro" : "Recommencer";
      state.textContent = told || "";
    };

    const complain = (text) => { refusal.lastElementChild.textContent = text; refusal.hidden = !text; };

    const collect = (frame) => {
      frames.push(frame);
      level.value = microphone.loudness(frame);
      const seconds = Math.floor(frames.length / 50);
      state.textContent = `${seconds} s`;
      if (seconds >= LONGEST) finish();
    };

    const begin = async () => {
      complain("");
      heard?.pause();
      frames = [];
      take.disabled = true;
      try {
        open = await microphone.open(recorder.dataset.worklet, 0, collect);
        enter("taking", "Parlez…");
      } catch (error) {
        complain(error.message);
      } finally {
        take.disabled = false;
      }
    };

    const finish = async () => {
      if (!open) return;
      open.close();
      file = wav(frames, open.rate);
      open = null;
      enter("checking", "La ligne écoute…");
      const form = new FormData();
      form.set("recording", file);
      try {
        const answer = await fetch(recorder.dataset.record, { method: "POST", body: form });
        if (!answer.ok) throw new Error(await answer.text());
        heard = new Audio(URL.createObjectURL(await answer.blob()));
        enter("heard", "Voilà ce que l'appelant entendra.");
        await heard.play();
      } catch (error) {
        if (recorder.dataset.state === "heard") return; // the browser would not play by itself
        enter("refused");
        complain(error.message || "Cet enregistrement n'a pas pu être écouté.");
      }
    };

    const submit = () => {
      const form = recorder.closest("form"), files = new DataTransfer();
      files.items.add(file);
      form.querySelector("input[type=file]").files = files.files;
      form.requestSubmit(form.querySelector("button[data-send]"));
    };

    take.addEventListener("click", begin);
    done.addEventListener("click", finish);
    play.addEventListener("click", () => { heard.currentTime = 0; heard.play(); });
    keep.addEventListener("click", submit);
    window.addEventListener("pagehide", () => open?.close());
  };

  const prepared = new WeakSet();
  const look = (place) => {
    for (const recorder of place.querySelectorAll("[data-record]")) {
      if (!prepared.has(recorder)) { prepared.add(recorder); prepare(recorder); }
    }
  };
  look(document);
  document.addEventListener("htmx:load", (event) => look(event.detail.elt));  // steps come and go
})();
