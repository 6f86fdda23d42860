/* Stems, by Snowball's library. */
#include <limits.h>
#include <string.h>

#include <libstemmer.h>

#include "base/memory.h"
#include "retrieval/words.h"

static const char *const names[] = {"none", "porter", "english"};
enum { NAMES = sizeof names / sizeof *names };

struct limen_stemmer {
  struct sb_stemmer *library;
};

const char *limen_stemmer_name(size_t i) { return i < NAMES ? names[i] : NULL; }

int limen_stemmer_open(const char *name, struct limen_stemmer **out, struct limen_error *error) {
  size_t i = 0;
  *out = NULL;
  while (i < NAMES && strcmp(names[i], name) != 0) i++;
  if (i == NAMES)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "stemmer \"%.100s\" is unknown; there are none, porter "
                      "and english",
                      name);
  if (i == 0) return LIMEN_OK;
  struct limen_stemmer *stemmer = limen_alloc(1, sizeof *stemmer, error);
  if (!stemmer) return LIMEN_FAILED;
  if (!(stemmer->library = sb_stemmer_new(name, "UTF_8"))) {
    limen_free(stemmer);
    return LIMEN_FAIL(error, LIMEN_FAILED,
                      "the stemming library does not open its stemmer \"%s\"; reinstall it, or "
                      "take the stemmer none",
                      name);
  }
  *out = stemmer;
  return LIMEN_OK;
}

void limen_stemmer_stem(struct limen_stemmer *stemmer, struct limen_text *word) {
  if (!stemmer || word->failed || word->length == 0 || word->length > INT_MAX) return;
  const sb_symbol *stem =
      sb_stemmer_stem(stemmer->library, (const sb_symbol *)word->data, (int)word->length);
  const int length = sb_stemmer_length(stemmer->library);
  if (!stem || length < 0) { /* without memory */
    word->failed = true;
    return;
  }
  word->length = 0;
  limen_text_add_bytes(word, (const char *)stem, (size_t)length);
}

void limen_stemmer_close(struct limen_stemmer *stemmer) {
  if (stemmer) sb_stemmer_delete(stemmer->library);
  limen_free(stemmer);
}
