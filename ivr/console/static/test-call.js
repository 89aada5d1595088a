// « Essayer au micro »: one call over a WebSocket; frames both ways, keys to the line, news from it.
"use strict";

(() => {
  const RATE = 8000;
  const STATES = {
    opening: "On ouvre le micro…",
    preparing: "La ligne se prépare…",
    speaking: "La ligne parle. Vous pouvez l'interrompre.",
    listening: "La ligne vous écoute : parlez.",
    hearing: "La ligne vous entend…",
    over: "L'appel est terminé.",
  };
  const LOST = "La connexion avec le serveur a été perdue. Vous pouvez rappeler.";

  const trial = document.querySelector("[data-call]");
  const find = (selector) => trial.querySelector(selector);
  const talk = find(".talk"), state = find(".state"), level = find("meter"), keys = find(".keys");
  const start = find("[data-start]"), stop = find("[data-stop]"), refusal = find(".alert"), choice = find("[data-idle]");
  let line = null;

  const say = ({ by, text, meta }) => {
    const item = document.createElement("li");
    item.className = by;
    const who = { line: "La ligne :", caller: "L'appelant :" }[by];
    if (who) item.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: who }));
    item.append(text);
    talk.append(item);
    if (meta) remark(item, meta);
    talk.scrollTop = talk.scrollHeight;
    return item;
  };

  const remark = (item, text) => {
    if (!item) return;
    item.append(Object.assign(document.createElement("span"), { className: "meta", textContent: text }));
    talk.scrollTop = talk.scrollHeight;
  };

  // What is being said, until it is said; read out once, when it is.
  const hearing = (words) => {
    let item = find(".partial");
    if (!words) { item?.remove(); return; }
    item ??= Object.assign(document.createElement("li"), { className: "caller partial", ariaHidden: "true" });
    item.textContent = `${words}…`;
    talk.append(item);
    talk.scrollTop = talk.scrollHeight;
  };

  const last = (by) => [...talk.querySelectorAll(`.${by}`)].pop();

  const enter = (name, text) => {
    trial.dataset.state = name;
    state.textContent = text || STATES[name] || "";
    const calling = !["idle", "over"].includes(name);
    start.hidden = calling;
    stop.hidden = keys.hidden = !calling;
    if (choice) choice.hidden = calling;
    if (name === "over") say({ by: "event", text: text || STATES.over });
  };

  const complain = (text) => { refusal.lastElementChild.textContent = text; refusal.hidden = !text; };

  const end = (text) => {
    if (!line) return;
    const { socket, microphone: open } = line;
    line = null;
    socket?.close();
    level.value = 0;
    setTimeout(() => open?.close(), 600); // what was said last is still playing
    enter("over", text);
  };

  const hear = ({ data }) => {
    if (typeof data !== "string") {
      line?.speaker.port.postMessage(data, [data]);
      return;
    }
    const news = JSON.parse(data);
    if (news.partial) hearing(news.partial);
    if (news.said) { hearing(""); say(news.said); }
    if (news.understood) remark(last("caller"), news.understood);
    if (news.cut) remark(last("line"), "interrompue");
    if (news.state === "over") end(news.text);
    else if (news.state) enter(news.state);
  };

  const call = async () => {
    complain("");
    talk.replaceChildren();
    enter("opening");
    const mine = line = {};
    try {
      mine.microphone = await microphone.open(trial.dataset.worklet, RATE, (frame) => {
        level.value = microphone.loudness(frame);
        if (mine.socket?.readyState === WebSocket.OPEN && line === mine) mine.socket.send(frame);
      });
    } catch (error) {
      line = null;
      enter("idle");
      complain(error.message);
      return;
    }
    if (line !== mine) { mine.microphone.close(); return; } // hung up meanwhile
    const { context } = mine.microphone;
    mine.speaker = new AudioWorkletNode(context, "loudspeaker", { processorOptions: { rate: RATE }, outputChannelCount: [1] });
    mine.speaker.connect(context.destination);
    const source = trial.querySelector("[name=source]:checked")?.value || "published";
    mine.socket = new WebSocket(`${trial.dataset.call}?source=${source}`);
    mine.socket.binaryType = "arraybuffer";
    mine.socket.onmessage = hear;
    mine.socket.onclose = () => { if (line === mine) end(LOST); };
    enter("preparing");
  };

  const press = (key) => { if (line?.socket?.readyState === WebSocket.OPEN) line.socket.send(key); };

  start.addEventListener("click", call);
  stop.addEventListener("click", () => end());
  keys.addEventListener("click", ({ target }) => { if (target.value) press(target.value); });
  document.addEventListener("keydown", (event) => {
    if (!keys.hidden && !event.ctrlKey && !event.metaKey && !event.altKey && /^[0-9*#]$/.test(event.key)) press(event.key);
  });
  window.addEventListener("pagehide", () => end());
})();
