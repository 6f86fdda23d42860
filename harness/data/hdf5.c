/* Small words for libhdf5, inside the child. */
#include "data/hdf5.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/child.h"

void limen_hdf5_start(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5PLset_loading_state(0);
}

int limen_hdf5_open(int descriptor, hid_t *file, struct limen_error *error) {
  char path[40], reason[LIMEN_HDF5_REASON];
  limen_hdf5_start();
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_file_locking(access, false, true); /* locks fail on some network disks */
  *file = H5Fopen(path, H5F_ACC_RDONLY, access);
  if (*file >= 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "the HDF5 library cannot open it: %s",
                    limen_hdf5_reason(reason));
}

void limen_hdf5_alive(size_t bytes) {
  /* Unpacking and converting run at 100 MB/s and more; a tenth of that is no loop either. */
  const double least_s = 3, most_s = 600, rate = 1e7;
  const double busy_s = least_s + (double)bytes / rate;
  limen_child_alive(busy_s < most_s ? busy_s : most_s);
}

/* What comes from the file must not steer a terminal. */
static void make_plain(char *text) {
  for (; *text; text++)
    if (!isprint((unsigned char)*text)) *text = '?';
}

static herr_t take_first(unsigned n, const H5E_error2_t *record, void *context) {
  char *out = context;
  (void)n;
  if (record->desc) snprintf(out, LIMEN_HDF5_REASON, "%s", record->desc);
  return 1; /* the innermost one is enough */
}

const char *limen_hdf5_reason(char *out) {
  snprintf(out, LIMEN_HDF5_REASON, "no reason given");
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, out);
  make_plain(out);
  return out;
}

static bool is_single(hid_t attribute) {
  hid_t space = H5Aget_space(attribute);
  bool single = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
  if (space >= 0) H5Sclose(space);
  return single;
}

static bool read_text(hid_t attribute, hid_t type, char *out, size_t size) {
  enum { MOST = 1 << 12 };
  char room[MOST + 1] = ""; /* memory that ran out must not pass for an attribute that is missing */
  bool good = false;
  if (H5Tis_variable_str(type) > 0) {
    char *text = NULL;
    if (H5Aread(attribute, type, &text) >= 0 && text) {
      snprintf(out, size, "%s", text);
      good = true;
    }
    if (text) H5free_memory(text);
    return good;
  }
  const size_t length = H5Tget_size(type);
  if (length == 0 || length > MOST) return false;
  good = H5Aread(attribute, type, room) >= 0;
  if (good) snprintf(out, size, "%s", room);
  return good;
}

bool limen_hdf5_text(hid_t file, const char *name, char *out, size_t size) {
  bool good = false;
  out[0] = '\0';
  if (H5Aexists(file, name) <= 0) return false;
  hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
  if (attribute < 0) return false;
  hid_t type = H5Aget_type(attribute);
  if (type >= 0 && H5Tget_class(type) == H5T_STRING && is_single(attribute))
    good = read_text(attribute, type, out, size);
  if (type >= 0) H5Tclose(type);
  H5Aclose(attribute);
  make_plain(out);
  return good;
}

static bool read_whole(hid_t attribute, hid_t type, void *out) {
  return H5Tget_class(type) == H5T_INTEGER && H5Aread(attribute, H5T_NATIVE_LLONG, out) >= 0;
}

/* The library converts no enumeration to a number, but the numbers behind it. */
static bool read_enumeration(hid_t attribute, hid_t type, double *out) {
  unsigned char bytes[sizeof(double)] = {0};
  const size_t size = H5Tget_size(type);
  hid_t base = H5Tget_super(type);
  bool good = base >= 0 && H5Tget_class(base) == H5T_INTEGER && size <= sizeof bytes &&
              H5Aread(attribute, type, bytes) >= 0 &&
              H5Tconvert(base, H5T_NATIVE_DOUBLE, 1, bytes, NULL, H5P_DEFAULT) >= 0;
  if (good) memcpy(out, bytes, sizeof *out);
  if (base >= 0) H5Tclose(base);
  return good;
}

static bool read_number(hid_t attribute, hid_t type, void *out) {
  const H5T_class_t class = H5Tget_class(type);
  if (class == H5T_ENUM) return read_enumeration(attribute, type, out);
  return (class == H5T_INTEGER || class == H5T_FLOAT) &&
         H5Aread(attribute, H5T_NATIVE_DOUBLE, out) >= 0;
}

static bool read_single(hid_t file, const char *name,
                        bool (*read)(hid_t attribute, hid_t type, void *out), void *out) {
  bool good = false;
  if (H5Aexists(file, name) <= 0) return false;
  hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
  if (attribute < 0) return false;
  hid_t type = H5Aget_type(attribute);
  if (type >= 0 && is_single(attribute)) good = read(attribute, type, out);
  if (type >= 0) H5Tclose(type);
  H5Aclose(attribute);
  return good;
}

bool limen_hdf5_whole(hid_t file, const char *name, long long *out) {
  return read_single(file, name, read_whole, out);
}

bool limen_hdf5_number(hid_t file, const char *name, double *out) {
  return read_single(file, name, read_number, out);
}
