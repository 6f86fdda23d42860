/* HDF5 through the child process that it is read in, as libhdf5 crashes on hostile files: what is
 * looked at is that the child's end, whatever it is, becomes a refusal. */
#include <string.h>

#include "data/attributes.h"
#include "definition/words.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "fuzz/vectors.h"

extern const struct fuzz_target fuzz_target_hdf5;

static void run(const uint8_t *bytes, size_t size) {
  const struct limen_read_options options = {.format = "hdf5", .allow_bad = true};
  const char *path =
      fuzz_file_in(fuzz_folder(), "a.h5", bytes, size); /* the library wants a name */
  struct limen_attribute asked[] = {{.name = "dimension"}, {.name = "distance", .is_text = true}};
  struct limen_error error = {0};
  fuzz_judge(limen_attributes_read(path, asked, sizeof asked / sizeof *asked, &error), LIMEN_INPUT,
             &error);
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
    fuzz_expect(limen_words_plain(asked[i].text, strlen(asked[i].text)), "%s is no plain text",
                asked[i].name);
  fuzz_read_vectors(path, &options);
  fuzz_read_ids(path, &options);
}

static void seed(struct fuzz_seeds *to) { fuzz_seed_format(to, "hdf5"); }

const struct fuzz_target fuzz_target_hdf5 = {
    .name = "hdf5",
    .about = "HDF5 files, in a child process",
    .longest = 8192,
    .run = run,
    .seed = seed,
};
