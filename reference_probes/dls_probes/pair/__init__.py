"""The built-in pair: a small teacher, its distilled student, and the script that makes both from a seed."""

from pathlib import Path

TEACHER = Path(__file__).parent / "teacher"
STUDENT = Path(__file__).parent / "student"
