"""The tokenizer and the chat form, the same in training and in the exported file."""

import re

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

START, END = "<|im_start|>", "<|im_end|>"
VOCABULARY = 2048

# ChatML, so that every engine knows the form without being told.
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def render(system: str, user: str) -> str:
    """Everything that precedes an answer."""
    return f"{START}system\n{system}{END}\n{START}user\n{user}{END}\n{START}assistant\n"


def train_tokenizer(texts: list[str]) -> Tokenizer:
    """A byte-level BPE that cuts text as llama.cpp's `gpt-2` pre-tokenizer does."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # Pseudonyms are random letters: merges learned from them would be wasted.
    tokenizer.train_from_iterator((re.sub(r"·\w+⟧", "·⟧", text) for text in texts), trainer)
    return tokenizer
