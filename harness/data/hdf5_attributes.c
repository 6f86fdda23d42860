/* Reading attributes: the part in the child process, and the one that starts it. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "data/attributes.h"
#include "data/hdf5.h"
#include "data/mapping.h"

struct request {
  int file; /* descriptor */
  const struct limen_attribute *attributes;
  size_t count;
};

struct reply {
  struct limen_attribute attributes[LIMEN_ATTRIBUTES_MOST];
};

static int read_in_child(void *context, void *reply, struct limen_error *error) {
  const struct request *request = context;
  hid_t file;
  int status = limen_hdf5_open(request->file, &file, error);
  for (size_t i = 0; i < request->count && status == LIMEN_OK; i++) {
    const struct limen_attribute *asked = &request->attributes[i];
    struct limen_attribute *out = &((struct reply *)reply)->attributes[i];
    out->found = asked->is_text ? limen_hdf5_text(file, asked->name, out->text, sizeof out->text)
                                : limen_hdf5_number(file, asked->name, &out->number);
  }
  return status;
}

/* What comes from the child is looked at as what comes from a file. */
static void take(const struct limen_attribute *from, struct limen_attribute *to) {
  to->found = from->found;
  to->number = !to->is_text && to->found ? from->number : NAN;
  to->text[0] = '\0';
  if (!to->is_text || !to->found) return;
  memcpy(to->text, from->text, sizeof to->text);
  to->text[sizeof to->text - 1] = '\0';
}

int limen_attributes_read(const char *path, struct limen_attribute *attributes, size_t count,
                          struct limen_error *error) {
  struct limen_mapping mapping;
  struct reply reply;
  assert(count <= LIMEN_ATTRIBUTES_MOST);
  int status = limen_mapping_open(&mapping, path, error);
  if (status != LIMEN_OK) {
    limen_error_prefix(error, "%s", path);
    return status;
  }
  struct request request = {mapping.descriptor, attributes, count};
  status = limen_hdf5_run(read_in_child, &request, &reply, sizeof reply, error);
  if (status == LIMEN_OK)
    for (size_t i = 0; i < count; i++) take(&reply.attributes[i], &attributes[i]);
  else
    limen_error_prefix(error, "%s", path);
  limen_mapping_close(&mapping);
  return status;
}
