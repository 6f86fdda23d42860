/* Lists of words that text datasets are made of: files with one entry a line, ours or the user's.
 *
 * Ours are compiled in. Looking for their folder, as for experiments/, would make what a seed
 * stands for depend on the folder the program is started in; and a program that was copied
 * somewhere else would have no lists. */
#ifndef LIMEN_DATASETS_TEXT_LISTS_H
#define LIMEN_DATASETS_TEXT_LISTS_H

#include <stddef.h>

#include "base/error.h"
#include "data/collection.h"

enum {
  LIMEN_WORD_MOST = 200,           /* bytes of an entry */
  LIMEN_WORD_LIST_MOST = 256 << 20 /* bytes of a file */
};

enum limen_word_form {
  LIMEN_ATTRIBUTES, /* no commas and no word "and": "A, B and C" is taken apart again */
  LIMEN_NAMES,      /* no commas */
  LIMEN_SYNONYMS    /* two attributes, parted by a tab */
};

struct limen_word {
  char *text;  /* as written */
  char *key;   /* with ASCII letters in lower case: what is equal in it is the same word */
  char *other; /* SYNONYMS: what stands behind the tab; else NULL */
  char *other_key;
  size_t line; /* from 1 */
};

struct limen_word_list {
  const char *file; /* for messages; not owned */
  struct limen_word *word;
  size_t count, capacity;
  char *texts, *keys; /* owned: what the words point into */
};

/* Reads the file `path`, or our own list `shipped` ("attributes.txt") when path is "" . LIMEN_INPUT
 * names file and line: a file without entries, an empty line, an entry that is too long, is not
 * UTF-8, holds control characters, or has spaces at its ends or doubled, a second entry of the same
 * key, or what the form rules out. A carriage return at the end of a line does not count. `path`
 * must outlive the list. */
int limen_word_list_read(const char *path, const char *shipped, enum limen_word_form form,
                         struct limen_word_list *out, struct limen_error *error);
/* The same from memory; `file` is only named in messages. */
int limen_word_list_parse(const char *file, const char *bytes, size_t count,
                          enum limen_word_form form, struct limen_word_list *out,
                          struct limen_error *error);
void limen_word_list_clear(struct limen_word_list *list);

/* Positions by key; the list must outlive the table. */
int limen_word_list_index(const struct limen_word_list *list, struct limen_id_table **out,
                          struct limen_error *error);

/* ---- words within words ---- */

struct limen_positions {
  size_t *at;
  size_t count, capacity;
};
void limen_positions_clear(struct limen_positions *positions);

/* Which entries of a table stand in `key` as one or more whole words, `key` itself included: in
 * "old oak trees" those of "old", "oak", "trees", "old oak", "oak trees" and "old oak trees".
 * O(words squared). */
int limen_words_within(const char *key, const struct limen_id_table *table,
                       struct limen_positions *out, struct limen_error *error);

/* ---- what the build makes of the files in this folder ---- */

struct limen_shipped_list {
  const char *name;           /* "attributes.txt" */
  const unsigned char *bytes; /* the file as it is, and a NUL */
  size_t count;               /* without the NUL */
};
extern const struct limen_shipped_list limen_shipped_lists[]; /* ends with NULL */

#endif
