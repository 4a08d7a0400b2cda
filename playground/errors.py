"""The one exception for bad input: a sentence that a learner can act on."""


class InvalidInput(ValueError):
    """Input that cannot be used. Its text names the subject, what was got, what was expected, and the remedy.

    Pages show the text as it is, the command line prints it on stderr and exits with 2; neither shows a traceback.
    """
