/* Stands in for gnuplot where thousands of reports are written: `gnuplot -d FILE.gp` leaves for
 * every `set output 'NAME'` of the script a picture of nothing that ends as a whole one does. */
#include <stdio.h>
#include <string.h>

static int draw(const char *name) {
  const char *ending = strrchr(name, '.');
  FILE *out = fopen(name, "wb");
  if (!out) return 1;
  if (ending && strcmp(ending, ".svg") == 0)
    fputs("<?xml version=\"1.0\"?>\n<svg width=\"100\" height=\"100\">\n</svg>\n", out);
  else
    fputs("IEND\xae\x42\x60\x82", out);
  return fclose(out) != 0;
}

/* `limen doctor` has it print what it is into the file `version`. */
static int tell_version(void) {
  FILE *out = fopen("version", "wb");
  if (!out) return 1;
  fputs("none\n", out);
  return fclose(out) != 0;
}

int main(int count, char **arguments) {
  char line[1024], name[256];
  if (count != 3 || strcmp(arguments[1], "-d") != 0) return tell_version();
  FILE *script = fopen(arguments[2], "r");
  int status = script ? 0 : 1;
  while (status == 0 && fgets(line, sizeof line, script))
    if (sscanf(line, "set output '%255[^']'", name) == 1) status = draw(name);
  if (script) fclose(script);
  return status;
}
