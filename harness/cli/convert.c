/* limen convert: vectors or ids from one file format to another, and what they hold. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/defects.h"
#include "cli/options.h"
#include "data/format.h"

static void say_what(const char *path, const struct limen_vectors *vectors,
                     const struct limen_vectors_about *about) {
  printf("%s: %s%s, %zu x %zu %s", path, about->format, about->unpacked ? " (compressed)" : "",
         vectors->rows, vectors->columns, about->type);
  if (about->metric[0]) printf(", for the distance %s", about->metric);
  printf("\n");
}

static int convert_vectors(const struct limen_vectors *vectors,
                           const struct limen_vectors_about *about, const char *out,
                           struct limen_error *error) {
  struct limen_defects defects;
  struct limen_text words = {0};
  int status = limen_defects_find(vectors, &defects, error);
  if (status != LIMEN_OK) return status;
  limen_defects_words(&defects, &words);
  if ((status = limen_text_status(&words, error)) == LIMEN_OK)
    printf("%s\n", limen_text_string(&words));
  limen_text_clear(&words);
  if (status != LIMEN_OK) return status;
  if (about->rounded > 0)
    printf("%zu %s values are rounded to float32\n", about->rounded, about->type);
  return limen_vectors_write(out, vectors, error);
}

static int convert_ids(const char *in, const char *out, const struct limen_read_options *options,
                       struct limen_error *error) {
  struct limen_ids ids;
  int status = limen_ids_read(in, options, &ids, error);
  if (status != LIMEN_OK) return status;
  const bool kept = limen_format_writes_distances(out);
  printf("ids %s\n", !ids.distances ? "without distances"
                     : kept         ? "with their distances"
                                    : "with distances, which the new format has no place for");
  status = limen_ids_write(out, &ids, error);
  limen_ids_clear(&ids);
  return status;
}

static int convert(const char *in, const char *out, const struct limen_read_options *options,
                   struct limen_error *error) {
  struct limen_vectors vectors;
  int status = limen_format_writes(out, error);
  if (status != LIMEN_OK) return status;
  status = limen_vectors_open(in, options, &vectors, error);
  if (status != LIMEN_OK) return status;
  const struct limen_vectors_about *about = limen_vectors_about(&vectors);
  say_what(in, &vectors, about);
  /* Whole numbers of 32 bits are ids, unless the new file can only hold vectors. */
  if (about->whole && limen_format_writes_ids(out))
    status = convert_ids(in, out, options, error);
  else
    status = convert_vectors(&vectors, about, out, error);
  limen_vectors_close(&vectors);
  if (status == LIMEN_OK) printf("%s\n", out);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  const long dimension_most = 1L << 30;
  const char *dimension = NULL;
  long number = 0;
  struct limen_read_options options = {0};
  struct limen_texts words = {0};
  const struct limen_option table[] = {{"--dimension", LIMEN_OPTION_TEXT, &dimension},
                                       {"--dataset", LIMEN_OPTION_TEXT, &options.dataset},
                                       {"--format", LIMEN_OPTION_TEXT, &options.format},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 2, 2, &words, error);
  if (status == LIMEN_OK && dimension)
    status = limen_option_integer("--dimension", dimension, 1, dimension_most, &number, error);
  options.dimension = (size_t)number;
  if (status == LIMEN_OK) status = convert(words.text[0], words.text[1], &options, error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_convert = {
    .name = "convert",
    .about = "vectors or ids from one file format to another",
    .help =
        "usage: limen convert IN OUT [--format NAME] [--dimension N] [--dataset NAME]\n"
        "\n"
        "Reads vectors or ids, says what they are (format, rows x columns, zero and repeated\n"
        "rows, values that had to be rounded) and writes them in the format that the ending of\n"
        "OUT tells. `limen list formats` names the formats. Rows and columns count from 0.\n"
        "\n"
        "  --format NAME    what IN is, when neither its content nor its name tells\n"
        "  --dimension N    of headerless float32\n"
        "  --dataset NAME   of an HDF5 file; default train for vectors\n"
        "\n"
        "Nothing is lost silently: a value that the new format cannot hold is named and nothing\n"
        "is written.\n"
        "\n"
        "Example:\n"
        "  limen convert sift_base.fvecs sift_base.npy\n"
        "  limen convert glove-25-angular.hdf5 truth.ibin --dataset neighbors\n",
    .run = run,
};
