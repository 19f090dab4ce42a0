"""Trains the model on freshly generated cases, watches the tune split, and saves a checkpoint."""

import argparse
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--steps", type=int, default=3000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--rate", type=float, default=3e-3)
    options.add_argument("--dropout", type=float, default=0.05)
    options.add_argument("--text-weight", type=float, default=0.2, help="share of plain language modelling in the loss")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--resume", action="store_true", help="go on from the checkpoint; give another --seed")
    options.add_argument("--out", type=Path, default=Path("build"))
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    random.seed(chosen.seed)
    chosen.out.mkdir(exist_ok=True, parents=True)

    network = Network(Shape())
    if chosen.resume:
        tokenizer = Tokenizer.from_file(str(chosen.out / "tokenizer.json"))
        network.load_state_dict(torch.load(chosen.out / "checkpoint.pt"))
    else:
        tokenizer = train_tokenizer([text for pair in examples("train", 20000, 0) for text in pair])
        tokenizer.save(str(chosen.out / "tokenizer.json"))
    print(f"{sum(p.numel() for p in network.parameters()):,} parameters", flush=True)
    decayed = [p for p in network.parameters() if p.dim() > 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": [p for p in network.parameters() if p.dim() == 1], "weight_decay": 0.0}],
        betas=(0.9, 0.98),
    )
    tune = examples("tune", 400, 1)
    started, step, shard, losses = time.monotonic(), 0, 0, []
    while step < chosen.steps:
        shard += 1
        for inputs, targets in batches(tokenizer, examples("train", 32 * chosen.batch, 1000 * chosen.seed + shard), chosen.batch):
            rate = chosen.rate * min(1.0, step / 100) * (0.5 + 0.5 * math.cos(math.pi * step / chosen.steps))
            for group in optimizer.param_groups:
                group["lr"] = rate
            asked = targets != IGNORED
            with torch.autocast("cpu", torch.bfloat16):
                states = network.states(inputs, chosen.dropout)
                loss = F.cross_entropy(network.logits(states[asked]).float(), targets[asked])
                losses.append(loss.item())
                if chosen.text_weight:
                    text = inputs[:, 1:].masked_fill(inputs[:, 1:] == 0, IGNORED)
                    loss = loss + chosen.text_weight * F.cross_entropy(network.logits(states[:, :-1]).float().transpose(1, 2), text)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step == chosen.steps:
                break
        if shard % 3 == 0 or step == chosen.steps:
            print(f"{time.monotonic() - started:6.0f} s  step {step}  loss {sum(losses) / len(losses):.4f}  tune exact {exact(network, tokenizer, tune):.3f}", flush=True)
            losses = []
            torch.save(network.state_dict(), chosen.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
