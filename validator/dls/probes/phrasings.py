"""Twenty ways to put a question; a fixed, balanced stratum of every probe."""

PHRASINGS = (
    "{question}?",
    "please tell me: {question}?",
    "question: {question}?",
    "{question}? please answer.",
    "now answer this: {question}?",
    "i want to know: {question}?",
    "here is a question: {question}?",
    "one more question: {question}?",
    "tell me, {question}?",
    "{question}? give a short answer.",
    "{question}? i need to know.",
    "help me: {question}?",
    "read this and answer: {question}?",
    "my question is: {question}?",
    "let me ask: {question}?",
    "so, {question}?",
    "{question}, please?",
    "a friend asks: {question}?",
    "{question}? think and answer.",
    "who can say: {question}?",
)


def phrase(index: int, question: str) -> str:
    """Put a question, given without its question mark, in the ``index``-th phrasing, counted round and round."""
    return PHRASINGS[index % len(PHRASINGS)].format(question=question)
