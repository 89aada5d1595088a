"""The process in which Piper speaks: ``python piper_worker.py VOICE.onnx PERCENT SECONDS``.

Imports nothing of ours; the same line protocol as ``pyttsx3_worker.py``.
"""

import hashlib
import json
import os
import signal
import sys
import wave


def main() -> None:
    """Serve until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    model, percent, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    signal.alarm(seconds)
    from importlib.metadata import version

    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(model)
    with open(model, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    signal.alarm(0)
    replies.write(json.dumps({"version": f"piper {version('piper-tts')}, {digest}"}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        path = os.path.abspath(f"{request['id']}.wav")
        signal.alarm(seconds)
        try:
            with wave.open(path, "wb") as output:
                scale = 10000 / (percent * request["rate"])
                voice.synthesize_wav(request["text"], output, SynthesisConfig(length_scale=scale))
            reply = {"path": path}
        except (RuntimeError, ValueError, OSError, wave.Error) as error:
            # Closing a file without a header complains too, and hides what went wrong before.
            reply = {"error": str(error.__context__ or error)}
        signal.alarm(0)
        replies.write(json.dumps({"id": request["id"], **reply}) + "\n")


if __name__ == "__main__":
    main()
