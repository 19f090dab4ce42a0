"""The llama architecture: RMSNorm, rotary positions, SwiGLU, head tied to the embedding."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    """Sizes; all widths are multiples of 32, which Q8_0 blocks need."""

    vocabulary: int = 2048
    width: int = 128
    layers: int = 4
    heads: int = 4
    hidden: int = 384
    context: int = 1024
    rope_base: float = 10000.0
    epsilon: float = 1e-5


def rotations(shape: Shape) -> Tensor:
    """cos and sin per position and pair; llama.cpp rotates neighbours (2i, 2i+1) in this architecture."""
    size = shape.width // shape.heads
    speed = shape.rope_base ** (-torch.arange(0, size, 2).float() / size)
    angle = torch.outer(torch.arange(shape.context).float(), speed)
    return torch.stack([angle.cos(), angle.sin()])


def rotate(x: Tensor, turn: Tensor) -> Tensor:
    even, odd = x[..., 0::2], x[..., 1::2]
    cos, sin = turn[0], turn[1]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attn_norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.attn_q = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_k = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_v = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_output = nn.Linear(shape.width, shape.width, bias=False)
        self.ffn_norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.ffn_gate = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.hidden, bias=False)
        self.ffn_down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor, turn: Tensor, dropout: float) -> Tensor:
        batch, length, width = x.shape
        y = self.attn_norm(x)
        q, k, v = (
            part(y).view(batch, length, self.heads, -1).transpose(1, 2)
            for part in (self.attn_q, self.attn_k, self.attn_v)
        )
        y = F.scaled_dot_product_attention(rotate(q, turn), rotate(k, turn), v, is_causal=True)
        x = x + F.dropout(self.attn_output(y.transpose(1, 2).reshape(batch, length, width)), dropout, self.training)
        y = self.ffn_norm(x)
        return x + F.dropout(self.ffn_down(F.silu(self.ffn_gate(y)) * self.ffn_up(y)), dropout, self.training)


class Network(nn.Module):
    """Parameters bear the names that llama.cpp gives them, so the export only copies."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.register_buffer("turns", rotations(shape), persistent=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.03)

    def states(self, tokens: Tensor, dropout: float = 0.0) -> Tensor:
        """The final state at every position."""
        turn = self.turns[:, : tokens.shape[1]]
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, turn, dropout)
        return self.output_norm(x)

    def logits(self, states: Tensor) -> Tensor:
        return states @ self.token_embd.weight.T
