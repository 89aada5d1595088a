"""Trains the network with CTC on shards of features; stops at a time limit and resumes from its checkpoint.

The learning rate is constant, then falls to zero at the end; exports use averaged weights.
"""

import argparse
import copy
import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ivr.language_model.phones import PHONES
from ivr.progress import Progress
from models.training import augment, export, sequence, shards, trigram
from models.training.network import Network, output_length
from models.training.score import phone_errors

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
SHARES = (("people", 0.4), ("splice", 0.3), ("pico", 0.1), ("synth", 0.2))
ROUND = 4000
"""Utterances drawn before the shards are looked at again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train. `minutes` counts the whole run, earlier sittings included."""

    minutes: float
    until: float = 1.0
    """Share of the minutes after which this sitting stops; the learning rate follows the whole run."""
    rate: float = 3e-3
    fall: float = 0.35
    warmup_steps: int = 200
    dropout: float = 0.1
    """At the full learning rate; falls with it."""
    batch_frames: int = 9000
    average: float = 0.997
    evaluate_every: float = 300.0
    shares: tuple[tuple[str, float], ...] = SHARES
    """Share of each kind of shard in what is drawn; kinds without shards leave theirs to the others."""
    without: tuple[str, ...] = ()
    """Sources left out, by the beginning of their names: for ablations."""
    optimiser: str = "muon"
    sequence: float = 0.0
    """Weight of the competing phone strings: 0 is plain CTC, 1 maximum mutual information."""
    start: tuple[Path, ...] = ()
    """Checkpoints whose mean the run begins with."""


class Batches:
    """Endless batches of utterances of similar length, prepared by a thread ahead of their use."""

    def __init__(self, folder: Path, plan: Plan, seed: int) -> None:
        self._folder = folder
        self._plan = plan
        self._rng = np.random.default_rng(seed)
        self._queue: list[list[shards.Utterance]] = []
        self._worker = ThreadPoolExecutor(1)
        self._ready: list[Future[Batch]] = [self._submit() for _ in range(3)]

    def take(self) -> Batch:
        """The next batch: features, output lengths, phones, phone counts."""
        batch = self._ready.pop(0).result()
        self._ready.append(self._submit())
        return batch

    def _submit(self) -> "Future[Batch]":
        return self._worker.submit(self._prepare)

    def _prepare(self) -> Batch:
        if not self._queue:
            self._queue = self._arrange()
        return collate([self._perturbed(item) for item in self._queue.pop()])

    def _perturbed(self, item: shards.Utterance) -> tuple[np.ndarray, np.ndarray]:
        features = np.asarray(item.features, np.float32)
        return augment.perturb(features, len(item.phones), self._rng), item.phones

    def _arrange(self) -> list[list[shards.Utterance]]:
        pool = self._draw()
        pool.sort(key=lambda item: len(item.features) + self._rng.uniform(0, 30))
        batches: list[list[shards.Utterance]] = [[]]
        for item in pool:
            if batches[-1] and (len(batches[-1]) + 1) * len(item.features) > self._plan.batch_frames:
                batches.append([])
            batches[-1].append(item)
        return [batches[index] for index in self._rng.permutation(len(batches))]

    def _draw(self) -> list[shards.Utterance]:
        kinds = [(self._read(kind), share) for kind, share in self._plan.shares]
        present = [(items, share) for items, share in kinds if items]
        total = sum(share for _, share in present)
        return [
            items[index]
            for items, share in present
            for index in self._rng.choice(
                len(items), min(len(items), int(ROUND * share / total)), replace=False
            )
        ]

    def _read(self, kind: str) -> list[shards.Utterance]:
        found = [item for path in shards.complete(self._folder, kind) for item in shards.read(path)]
        return [item for item in found if not item.source.startswith(self._plan.without)]


def collate(items: list[tuple[np.ndarray, np.ndarray]]) -> Batch:
    """Utterances padded to one length by repeating their last frame."""
    lengths = [len(features) for features, _ in items]
    padded = np.stack([np.pad(f, ((0, max(lengths) - len(f)), (0, 0)), mode="edge") for f, _ in items])
    return (
        torch.from_numpy(padded),
        torch.tensor([output_length(length) for length in lengths]),
        torch.from_numpy(np.concatenate([phones for _, phones in items])),
        torch.tensor([len(phones) for _, phones in items]),
    )


class Trainer:
    """One network, its average and its optimisers, saved together."""

    def __init__(
        self, work: Path, checkpoint: Path, plan: Plan, width: int = 384, bottleneck: int = 96, seed: int = 1
    ) -> None:
        torch.manual_seed(seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.plan, self.checkpoint = plan, checkpoint
        self.network = Network(len(PHONES), width, bottleneck).to(self.device)
        self.average = copy.deepcopy(self.network)
        self.optimisers = _optimisers(self.network, plan)
        self.step, self.spent = 0, 0.0
        if checkpoint.exists():
            self._load()
        elif plan.start:
            mean = export.load(*plan.start).state_dict()
            self.network.load_state_dict(mean)
            self.average.load_state_dict(mean)
        else:
            _measure(self.network, self.average, work / "shards")
        if plan.sequence:
            self.said = torch.from_numpy(_said(work / "shards", plan)).to(self.device)
        self.batches = Batches(work / "shards", plan, seed + self.step)
        self.held_out = {path.stem: shards.read(path) for path in shards.complete(work, "dev_")}

    def run(self) -> None:
        """Train until the plan's minutes are spent; checkpoint and score on the way."""
        started = last = time.monotonic()
        before, total, count = self.spent, 0.0, 0
        end = self.plan.minutes * 60 * self.plan.until
        with Progress().bar("training (seconds)", int(end)) as show:
            while self.spent < end:
                total += self._update(self.batches.take())
                count += 1
                now = time.monotonic()
                self.spent = before + now - started
                show(int(self.spent))
                if now - last > self.plan.evaluate_every:
                    self.report(total / count)
                    last, total, count = now, 0.0, 0
        self.report(total / max(count, 1))

    def report(self, loss: float) -> None:
        """Save, and print the loss and the phone error rates of the averaged network."""
        self._save()
        rates = {
            name: phone_errors(self.average, items, self.device) for name, items in self.held_out.items()
        }
        scores = " ".join(f"{name} {100 * rate:.1f}%" for name, rate in rates.items())
        print(f"{self.spent / 60:6.1f} min step {self.step} loss {loss:.3f} {scores}", flush=True)

    def _update(self, batch: Batch) -> float:
        features, lengths, phones, counts = (part.to(self.device) for part in batch)
        rate = self._rate()
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        for block in self.network.stack():
            block.dropout = self.plan.dropout * rate / self.plan.rate
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.network(features)
        scores = F.log_softmax(logits.float(), -1).transpose(0, 1)
        loss = F.ctc_loss(scores, phones, lengths, counts, reduction="sum", zero_infinity=True)
        if self.plan.sequence:
            loss = loss + self.plan.sequence * sequence.competition(scores, lengths, self.said).sum()
        loss = loss / counts.sum()
        for optimiser in self.optimisers:
            optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.step += 1
        _follow(self.average, self.network, min(self.plan.average, 1 - 1 / (self.step / 4 + 1)))
        return float(loss.detach())

    def _rate(self) -> float:
        left = 1 - self.spent / (self.plan.minutes * 60)
        return self.plan.rate * min(
            1.0, self.step / self.plan.warmup_steps + 0.02, max(left / self.plan.fall, 0.01)
        )

    def _save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "shape": self.network.shape,
            "step": self.step,
            "spent": self.spent,
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        shutil.copy(partial, self.checkpoint.with_name(f"{self.checkpoint.stem}-{self.step:06d}.pt"))
        partial.rename(self.checkpoint)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, map_location=self.device)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.step, self.spent = state["step"], state["spent"]


def _optimisers(network: Network, plan: Plan) -> list[torch.optim.Optimizer]:
    inner = [p for name, p in network.named_parameters() if p.ndim == 2 and not name.startswith("exit")]
    if plan.optimiser != "muon":
        return [torch.optim.AdamW(network.parameters(), plan.rate, weight_decay=0.01)]
    known = {id(parameter) for parameter in inner}
    others = [parameter for parameter in network.parameters() if id(parameter) not in known]
    return [
        torch.optim.Muon(inner, plan.rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, plan.rate, weight_decay=0.0),
    ]


def _measure(network: Network, average: Network, folder: Path) -> None:
    items = [item for path in shards.complete(folder) for item in shards.read(path)[:200]]
    frames = np.concatenate([np.asarray(item.features, np.float32) for item in items])
    for net in (network, average):
        net.mean.copy_(torch.from_numpy(frames.mean(0)))
        net.deviation.copy_(torch.from_numpy(frames.std(0)))


def _said(folder: Path, plan: Plan) -> np.ndarray:
    """The trigram of what is said in training, each kind with its share."""
    strings = []
    for kind, share in plan.shares:
        said = [item.phones.tolist() for path in shards.complete(folder, kind) for item in shards.read(path)]
        strings += [(phones, share * ROUND / len(said)) for phones in said]
    return trigram.estimate(strings, len(PHONES))


@torch.no_grad()
def _follow(average: nn.Module, network: nn.Module, keep: float) -> None:
    for slow, fast in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - keep)
        else:
            slow.copy_(fast)


def _shares(text: str) -> tuple[tuple[str, float], ...]:
    pairs = (part.split("=") for part in text.split(","))
    return tuple((kind, float(share)) for kind, share in pairs)


def main() -> None:
    """Command line of the training stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="folder with shards/ and dev_*.npz")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--minutes", type=float, default=240)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--fall", type=float, default=0.35)
    parser.add_argument("--optimiser", choices=("muon", "adamw"), default="muon")
    parser.add_argument("--every", type=float, default=300)
    parser.add_argument("--without", action="append", default=[], help="leave out sources that begin so")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shares", type=_shares, default=SHARES, help="such as human=0.5,synth=0.5")
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--bottleneck", type=int, default=96)
    parser.add_argument("--sequence", type=float, default=0.0)
    parser.add_argument("--start", type=Path, action="append", default=[])
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    plan = Plan(
        options.minutes,
        rate=options.rate,
        fall=options.fall,
        optimiser=options.optimiser,
        evaluate_every=options.every,
        shares=options.shares,
        without=tuple(options.without),
        sequence=options.sequence,
        start=tuple(options.start),
    )
    Trainer(options.work, options.checkpoint, plan, options.width, options.bottleneck).run()


if __name__ == "__main__":
    main()
