#include "limits/loss.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_loss entry;
#include "limits/losses.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_loss *const losses[] = {
#include "limits/losses.def"
};
#undef LIMEN_ENTRY

const struct limen_loss *limen_loss_at(size_t i) {
  return i < sizeof losses / sizeof *losses ? losses[i] : NULL;
}

const char *limen_loss_name(size_t i) {
  const struct limen_loss *loss = limen_loss_at(i);
  return loss ? loss->name : NULL;
}

const struct limen_loss *limen_loss_find(const char *name) {
  for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
    if (!strcmp(losses[i]->name, name)) return losses[i];
  return NULL;
}
