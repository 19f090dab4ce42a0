"""Trains the model on freshly generated cases, watches the tune split, and saves a checkpoint."""

import argparse
import math
import random
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from chat import END, render, train_tokenizer
from generate import SYSTEM, examples
from network import Network, Shape

IGNORED = -100
Batch = tuple[Tensor, Tensor]


def encode(tokenizer: Tokenizer, user: str, answer: str) -> tuple[list[int], int]:
    """The tokens of one example and where its answer starts. Prompt and answer are cut apart, as when serving."""
    before = tokenizer.encode(render(SYSTEM, user)).ids
    return before + tokenizer.encode(answer + END).ids, len(before)


def batches(tokenizer: Tokenizer, pairs: list[tuple[str, str]], size: int) -> Iterator[Batch]:
    """Examples of like length share a batch, to pad little."""
    encoded = sorted((encode(tokenizer, *pair) for pair in pairs), key=lambda item: len(item[0]))
    starts = list(range(0, len(encoded), size))
    random.shuffle(starts)
    for start in starts:
        part = encoded[start : start + size]
        longest = max(len(tokens) for tokens, _ in part)
        inputs = torch.zeros(len(part), longest, dtype=torch.long)
        targets = torch.full((len(part), longest), IGNORED)
        for row, (tokens, answer_at) in enumerate(part):
            inputs[row, : len(tokens)] = torch.tensor(tokens)
            targets[row, answer_at - 1 : len(tokens) - 1] = torch.tensor(tokens[answer_at:])
        yield inputs, targets


def exact(network: Network, tokenizer: Tokenizer, pairs: list[tuple[str, str]]) -> float:
    """The share of answers whose every token is the likeliest given the right ones before it."""
    network.eval()
    right = 0
    with torch.no_grad():
        for inputs, targets in batches(tokenizer, pairs, 100):
            asked = targets != IGNORED
            wrong = network.logits(network.states(inputs)[asked]).argmax(-1) != targets[asked]
            rows = asked.nonzero()[:, 0]
            right += len(inputs) - len(rows[wrong].unique())
    network.train()
    return right / len(pairs)


def loss_of(
    network: Network, inputs: Tensor, targets: Tensor, text_weight: float, dropout: float
) -> tuple[Tensor, float]:
    """What to minimise, and the part of it that the answers have. Reading plain text well helps with unseen phrases."""
    # On short texts plain matrix products beat the flash kernel, above all backwards.
    with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
        states = network.states(inputs, dropout)
        asked = targets != IGNORED
        answers = F.cross_entropy(network.logits(states[asked]).float(), targets[asked])
        if text_weight == 0:
            return answers, answers.item()
        # A quarter of the rows is enough for that, and much cheaper.
        following = inputs[::4, 1:].masked_fill(inputs[::4, 1:] == 0, IGNORED)
        text = F.cross_entropy(network.logits(states[::4, :-1]).float().transpose(1, 2), following)
    return answers + text_weight * text, answers.item()


def optimizer_of(network: Network) -> torch.optim.AdamW:
    """Norms are not decayed."""
    parameters = list(network.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.05},
        {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98))


def start(out: Path, resume: bool) -> tuple[Tokenizer, Network]:
    """A new model with its tokenizer, or both as the last run left them."""
    network = Network(Shape())
    if resume:
        network.load_state_dict(torch.load(out / "checkpoint.pt"))
        return Tokenizer.from_file(str(out / "tokenizer.json")), network
    tokenizer = train_tokenizer([text for pair in examples("train", 20000, 0) for text in pair])
    tokenizer.save(str(out / "tokenizer.json"))
    return tokenizer, network


def stream(tokenizer: Tokenizer, size: int, seed: int) -> Iterator[Batch]:
    """Batches of cases that were never seen before."""
    for shard in count(1):
        yield from batches(tokenizer, examples("train", 32 * size, 1000 * seed + shard), size)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--text-weight", type=float, default=0.2, help="weight of plain language modelling in the loss")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint; give another --seed")
    parser.add_argument("--out", type=Path, default=Path("build"))
    return parser.parse_args()


def main() -> None:
    chosen = options()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    random.seed(chosen.seed)
    chosen.out.mkdir(exist_ok=True, parents=True)
    tokenizer, network = start(chosen.out, chosen.resume)
    optimizer = optimizer_of(network)
    # The average of the last steps meets unseen phrases better than any one of them.
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995)
    )
    tune = examples("tune", 400, 1)
    started, losses = time.monotonic(), []
    for step, (inputs, targets) in enumerate(islice(stream(tokenizer, chosen.batch, chosen.seed), chosen.steps), 1):
        rate = chosen.rate * min(1.0, step / 100) * (0.5 + 0.5 * math.cos(math.pi * step / chosen.steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, answers = loss_of(network, inputs, targets, chosen.text_weight, chosen.dropout)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(network)
        losses.append(answers)
        if step % 250 == 0 or step == chosen.steps:
            figures = f"loss {sum(losses) / len(losses):.4f}  tune exact {exact(average.module, tokenizer, tune):.3f}"
            print(f"{time.monotonic() - started:6.0f} s  step {step}  {figures}", flush=True)
            losses = []
            torch.save(average.module.state_dict(), chosen.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
