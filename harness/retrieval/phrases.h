/* Phrases of a text: what somebody likes, each thing whole.
 *
 * Texts of the LIMIT set have one of two forms, and everything else has no phrases:
 *
 *     NAME likes THING, THING, ... and THING.        (a full stop at the end, or none)
 *     Who likes THING?                               (a question mark at the end, or none)
 *
 * The rule: one sentence (a full stop after three letters or fewer ends none), at most eight words
 * before its first "likes". A question's thing is taken
 * whole. A list is cut at its commas, and its last piece at "and" as well; a thing before that may
 * hold an "and" of its own ("Fish and Chips,"). In the last piece it may too, and nothing in the
 * text tells which "and" is the list's: such a piece ("Olives and Fish and Chips") is cut in every
 * way there is, each part a phrase, the wrong ones with the right ones, so that no thing is lost.
 * A list of one piece without commas is also taken whole. After a comma the "and" is the list's
 * (", and Olives") and the rest is whole.
 *
 * A phrase is made of its words (words.h), joined by one space; without words it is none. */
#ifndef LIMEN_RETRIEVAL_PHRASES_H
#define LIMEN_RETRIEVAL_PHRASES_H

#include <stdbool.h>

#include "base/error.h"

/* What is done with each token of a text; it is lent for the call. */
struct limen_token_sink {
  int (*take)(void *context, const char *token, struct limen_error *error);
  void *context;
};

/* Hands out the phrases in the order of the text; *found tells whether it has one of the forms. */
int limen_phrases_of(const char *text, const struct limen_token_sink *sink, bool *found,
                     struct limen_error *error);

#endif
