// Sound to and from a call, in the browser's audio thread: 16-bit frames of 20 ms at the line's rate.
"use strict";

const ZEROS = 12;
const FINE = 128;

// Band-limited interpolation (windowed sinc) between any two rates, on a stream cut anywhere.
class Resampler {
  constructor(from, to) {
    this.step = from / to;
    const cutoff = Math.min(1, to / from) * 0.94;
    this.half = Math.ceil(ZEROS / cutoff);
    this.kernel = new Float32Array(this.half * FINE + 2);
    for (let i = 0; i < this.half * FINE; i++) {
      const x = i / FINE, phase = Math.PI * cutoff * x;
      const sinc = phase ? Math.sin(phase) / phase : 1;
      this.kernel[i] = cutoff * sinc * (0.5 + 0.5 * Math.cos(Math.PI * x / this.half));
    }
    this.input = new Float32Array(2 * this.half);
    this.at = this.half;
  }

  push(samples) {
    const input = new Float32Array(this.input.length + samples.length);
    input.set(this.input);
    input.set(samples, this.input.length);
    const output = [];
    for (; this.at + this.half < input.length; this.at += this.step) output.push(this.value(input, this.at));
    const spent = Math.min(Math.floor(this.at) - this.half, input.length);
    this.input = input.subarray(spent);
    this.at -= spent;
    return output;
  }

  value(input, at) {
    let sum = 0;
    for (let i = Math.ceil(at - this.half); i < at + this.half; i++) {
      sum += input[i] * this.kernel[Math.round(Math.abs(at - i) * FINE)];
    }
    return sum;
  }
}

// The microphone: posts frames at the wanted rate.
registerProcessor("microphone", class extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.resampler = rate === sampleRate ? null : new Resampler(sampleRate, rate);
    this.length = rate / 50;
    this.frame = new Int16Array(this.length);
    this.filled = 0;
  }

  process([[samples]]) {
    if (!samples) return true;
    for (const value of this.resampler ? this.resampler.push(samples) : samples) {
      this.frame[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
      if (this.filled === this.length) {
        this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
        this.frame = new Int16Array(this.length);
        this.filled = 0;
      }
    }
    return true;
  }
});

const WAIT = 0.08;
const MOST = 1.0;

// The loudspeaker: plays frames as they come, a little late so that none is missed.
registerProcessor("loudspeaker", class extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.resampler = new Resampler(rate, sampleRate);
    this.waiting = [];
    this.since = 0;
    this.port.onmessage = ({ data }) => {
      const frame = Float32Array.from(new Int16Array(data), (value) => value / 32768);
      this.waiting.push(...this.resampler.push(frame));
      if (this.waiting.length > MOST * sampleRate) this.waiting.splice(0, this.waiting.length - WAIT * sampleRate);
    };
  }

  process(inputs, [[output]]) {
    this.since = this.waiting.length ? this.since + output.length : 0;
    if (this.since > WAIT * sampleRate) output.set(this.waiting.splice(0, output.length));
    return true;
  }
});
