"""The quicker form of the voice model gives the same numbers, or is not used."""

from __future__ import annotations

import pytest

from ingest.sound.voicemodel import quicker

pytestmark = pytest.mark.slow


@pytest.fixture
def model():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)

    class Mean(torch.nn.Module):
        """A stand-in of the same shape: (stretches, frames, bands) to (stretches, numbers)."""

        def __init__(self):
            super().__init__()
            self.line = torch.nn.Linear(80, 16)

        def forward(self, sound):
            return self.line(sound.mean(dim=1))

    return Mean().eval()


def test_the_same_sound_has_the_same_numbers_at_any_length(model, tmp_path):
    import torch

    run = quicker(model, tmp_path / "cache" / "voices.onnx")
    assert run is not model
    for stretches, frames in ((1, 40), (5, 148), (2, 300)):
        sound = torch.randn(stretches, frames, 80)
        with torch.inference_mode():
            assert torch.allclose(run(sound), model(sound), atol=1e-4)


def test_it_is_made_once_and_a_damaged_one_is_left_aside(model, tmp_path):
    path = tmp_path / "voices.onnx"
    quicker(model, path)
    made = path.stat().st_mtime_ns
    quicker(model, path)
    assert path.stat().st_mtime_ns == made
    path.write_bytes(b"not a model")
    assert quicker(model, path) is model


def test_another_models_file_is_not_taken_for_this_one(model, tmp_path):
    import torch

    path = tmp_path / "voices.onnx"
    quicker(model, path)
    with torch.no_grad():
        model.line.bias += 1.0
    assert quicker(model, path) is model
