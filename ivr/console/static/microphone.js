// The microphone of a page: opened when asked, its refusals in French, its level.
"use strict";

const microphone = (() => {
  const REFUSALS = {
    NotAllowedError: "Le navigateur n'a pas le droit d'utiliser le micro. Autorisez-le pour ce site (l'icône à gauche de l'adresse), puis recommencez.",
    NotFoundError: "Aucun micro n'a été trouvé. Branchez-en un, puis recommencez.",
    NotReadableError: "Le micro est pris par une autre application. Fermez-la, puis recommencez.",
  };
  const INSECURE = "Le navigateur ne prête le micro qu'à une page sûre : ouvrez la console en https, ou sur le serveur lui-même (http://localhost).";
  const OTHER = "Le micro n'a pas pu être ouvert : ";

  // Returns an open microphone that gives 20 ms frames (ArrayBuffer, 16-bit) to `take`; `rate` 0 is its own rate.
  const open = async (worklet, rate, take) => {
    if (!navigator.mediaDevices) throw new Error(INSECURE);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch (error) {
      throw new Error(REFUSALS[error.name] || OTHER + error.message);
    }
    const context = new AudioContext();
    await context.resume();
    await context.audioWorklet.addModule(worklet);
    const wanted = rate || context.sampleRate;
    const options = { processorOptions: { rate: wanted }, channelCount: 1, channelCountMode: "explicit" };
    const listening = new AudioWorkletNode(context, "microphone", options);
    listening.port.onmessage = ({ data }) => take(data);
    context.createMediaStreamSource(stream).connect(listening).connect(context.destination);
    const close = () => {
      for (const track of stream.getTracks()) track.stop();
      if (context.state !== "closed") context.close();
    };
    return { context, rate: wanted, close };
  };

  // How loud a frame is, from 0 to 1 on the ear's scale: 60 dB.
  const loudness = (frame) => {
    const samples = new Int16Array(frame);
    const power = samples.reduce((sum, value) => sum + value * value, 1) / samples.length;
    return Math.max(0, Math.min(1, (10 * Math.log10(power / 32768 ** 2) + 60) / 60));
  };

  return { open, loudness };
})();
