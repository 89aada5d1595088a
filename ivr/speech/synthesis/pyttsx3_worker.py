"""The process in which pyttsx3 speaks: ``python pyttsx3_worker.py VOICE WORDS_PER_MINUTE SECONDS``.

Imports nothing of ours. Says one JSON line when ready, then reads one per text (``{"id", "text", "rate"}``,
rate in percent) and answers one: ``{"id", "path"}`` of the WAV file it wrote in the working directory, or
``{"id", "error"}``.

pyttsx3 2.99 is used in the only way that works: the first ``runAndWait`` returns at once, so one is spent on
nothing, and no other may be empty; one text per ``runAndWait``; one engine, one thread, kept for ever; never
``say``. A new rate is taken over by another thread, so it is set only when it changes, and waited for; the
text after it may come back empty and is said again. It hangs when its file cannot be written; libespeak-ng
overruns its buffer on long texts: the alarm kills us, the parent starts another. What it prints goes to
standard error.
"""

import json
import os
import signal
import sys
import time
import wave

LONGEST = 1000
"""Characters; libespeak-ng crashes from some 8,000."""
ATTEMPTS = 3
"""Now and then a text makes no sound at all, usually after a change of rate."""
MBROLA_16K = {"mb-fr1", "mb-fr3", "mb-fr5", "mb-fr6", "mb-fr7", "mb-ca1", "mb-ca2"}
"""Voices at 16 kHz whose files pyttsx3 labels 22.05 kHz."""


class Speaker:
    """One pyttsx3 engine with one voice."""

    def __init__(self, voice: str, words_per_minute: int) -> None:
        import pyttsx3

        self.engine = pyttsx3.init("espeak")
        self.words_per_minute = words_per_minute
        self.errors: list[str] = []
        self.rate = 16000 if voice.rpartition("/")[2] in MBROLA_16K else 22050
        self.engine.connect("error", lambda name, exception: self.errors.append(str(exception)))
        self.engine.runAndWait()
        self.engine.setProperty("voice", voice)
        self._raise_errors()
        current = str(self.engine.getProperty("voice"))
        if voice.rpartition("/")[2].partition("+")[0].lower() not in current:
            raise RuntimeError(f"no voice {voice!r} (the engine stays with {current!r})")

    @property
    def version(self) -> str:
        """Name what determines the sound besides voice and rate."""
        from importlib.metadata import version

        from pyttsx3.drivers import _espeak

        return f"pyttsx3 {version('pyttsx3')}, espeak-ng {_espeak.Info(None).decode().split()[0]}"

    def speak(self, text: str, rate: int, path: str) -> None:
        """Write *text* to *path* at *rate* percent. Raises ValueError on a text the engine cannot say."""
        if not text.strip() or "\0" in text or len(text) > LONGEST:
            raise ValueError(f"texts have 1 to {LONGEST} characters, none of them NUL")
        self._set_rate(self.words_per_minute * rate // 100)
        for _ in range(ATTEMPTS):
            self.engine.save_to_file(text, path)
            self.engine.runAndWait()
            self._raise_errors()
            with wave.open(path) as file:
                samples = file.readframes(file.getnframes())
            if samples:
                break
        else:
            raise ValueError("nothing but silence")
        if self.rate != 22050:
            with wave.open(path, "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(self.rate)
                file.writeframes(samples)

    def _set_rate(self, words_per_minute: int) -> None:
        if self.engine.getProperty("rate") != words_per_minute:
            self.engine.setProperty("rate", words_per_minute)
            while self.engine.getProperty("rate") != words_per_minute:
                time.sleep(0.001)

    def _raise_errors(self) -> None:
        if self.errors:
            raise RuntimeError(self.errors.pop())


def main() -> None:
    """Serve until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    voice, words_per_minute, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    signal.alarm(seconds)
    try:
        speaker = Speaker(voice, words_per_minute)
    except (RuntimeError, OSError, ValueError) as error:
        replies.write(json.dumps({"error": str(error)}) + "\n")
        sys.exit(1)
    signal.alarm(0)
    replies.write(json.dumps({"version": speaker.version}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        path = os.path.abspath(f"{request['id']}.wav")
        signal.alarm(seconds)
        try:
            speaker.speak(request["text"], request["rate"], path)
            reply = {"path": path}
        except ValueError as error:  # anything else ends the process: the engine may be out of step
            reply = {"error": str(error)}
        signal.alarm(0)
        replies.write(json.dumps({"id": request["id"], **reply}) + "\n")


if __name__ == "__main__":
    main()
