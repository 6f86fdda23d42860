/* Words of a text.
 *
 * A word is a run of letters and digits: those of ASCII, and every other character of valid UTF-8
 * that is no punctuation, symbol or space (Latin-1's, and the blocks U+2000 to U+2BFF, U+3000 to
 * U+303F, U+FE00 to U+FE6F, U+FF00 to U+FF0F, U+FEFF). An apostrophe between two of them belongs to
 * the word, but a possessive "'s" at its end is cut off, as Lucene's English analysis does. Bytes
 * that are not UTF-8 separate words and are dropped, so every word is valid UTF-8. Capitals of
 * ASCII, Latin-1, Greek and Cyrillic become small. Scripts without spaces are not cut into words.
 */
#ifndef LIMEN_RETRIEVAL_WORDS_H
#define LIMEN_RETRIEVAL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

/* The next word at *at or behind it replaces what is in `word`; *at moves past it. False at the end
 * of the text. A failed append stays in `word` (base/text.h). */
bool limen_word_next(const char **at, struct limen_text *word);

/* Whether a word is one of stop_words.def. */
bool limen_word_stops(const char *word);

/* ---- stems ---- */

/* "none", "porter" (Porter 1980), "english" (Snowball's revision of it); NULL past the end. */
const char *limen_stemmer_name(size_t i);

struct limen_stemmer; /* one thread at a time */

/* NULL for "none", which is no error: *out is then NULL, and stemming does nothing. LIMEN_USAGE for
 * an unknown name. */
int limen_stemmer_open(const char *name, struct limen_stemmer **out, struct limen_error *error);
/* Replaces the word by its stem. */
void limen_stemmer_stem(struct limen_stemmer *stemmer, struct limen_text *word);
void limen_stemmer_close(struct limen_stemmer *stemmer);

#endif
