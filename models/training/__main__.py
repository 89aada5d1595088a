"""`python -m models.training`: from recordings and texts to a model folder.

Each stage is skipped when its output is current, so an interrupted run goes on where it stopped.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import torch

from models.training import export, pipeline
from models.training.recalibrate import recalibrate
from models.training.train import Plan, Trainer

DRAFT, DRAFT_SHARES = 0.3, (("human", 0.7), ("synth", 0.3))
"""Share of the minutes after which the network is good enough to find the phones in recordings."""
SHARPEN, SHARPEN_RATE, COMPETITION = 0.25, 1.2e-3, 0.8
"""Sequence training at the end: its minutes as a share of the others, its rate, the rivals' weight."""
SHARPEN_SHARES = (("people", 0.25), ("prose", 0.2), ("splice", 0.25), ("synth", 0.2), ("pico", 0.1))
AVERAGED = 3
"""Checkpoints whose mean is exported: it generalises better than the last one alone."""


def main() -> None:
    """Run the stages that are not current."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument(
        "--speech", type=Path, action="append", default=[], help="folder with transcripts.tsv"
    )
    parser.add_argument("--prompts", type=Path, default=Path("prompts"))
    parser.add_argument("--work", type=Path, default=Path("build/model"))
    parser.add_argument("--output", type=Path, default=Path("models/fr-support"))
    parser.add_argument("--minutes", type=float, default=240, help="of training, all sittings together")
    parser.add_argument("--utterances", type=int, default=2000, help="per shard; fewer to try the recipe out")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    recipe = pipeline.Recipe(
        tuple(options.speech),
        options.prompts,
        options.work,
        utterances=options.utterances,
        workers=options.threads,
    )
    pipeline.texts(recipe)
    pipeline.development(recipe)
    checkpoint = options.work / "main.pt"
    torch.set_num_threads(options.threads)
    pipeline.speech(recipe, pipeline.DRAFT)
    Trainer(options.work, checkpoint, Plan(options.minutes, until=DRAFT, shares=DRAFT_SHARES)).run()
    pipeline.check(recipe, export.load(checkpoint))
    pipeline.speech(recipe, pipeline.FINAL)
    for kind, hours in pipeline.hours(options.work).items():
        print(f"{kind}: {hours:.1f} h", flush=True)
    Trainer(options.work, checkpoint, Plan(options.minutes)).run()
    sharpened = Plan(
        options.minutes * SHARPEN,
        rate=SHARPEN_RATE,
        fall=1.0,
        sequence=COMPETITION,
        shares=SHARPEN_SHARES,
        start=tuple(_latest(options.work, "main")),
    )
    Trainer(options.work, options.work / "sharp.pt", sharpened).run()
    # either half alone errs more: one without a language model, the other with it
    mean = export.load(*sharpened.start, *_latest(options.work, "sharp"))
    network = recalibrate(mean, pipeline.sample(options.work))
    export.write(network, options.output)
    arguments = ["--model", str(options.output), "--prompts", str(options.prompts)]
    subprocess.run([sys.executable, "-m", "ivr.language_model", *arguments], check=True)


def _latest(work: Path, name: str) -> list[Path]:
    """The checkpoints to average."""
    return sorted(work.glob(f"{name}-*.pt"))[-AVERAGED:]


if __name__ == "__main__":
    main()
