/* fuzz: tests/checks/fuzz/planted.c */
/* Must be found within a few seconds: a key of five letters that writes behind its buffer. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	volatile char key[8] = { 0 };
	size_t len = 0;

	while (len < n && p[len] != ' ' && p[len] != '=')
		len++;
	if (len < 5 || memcmp(p, "smoke", 5) != 0)
		return 0;
	for (size_t i = 0; i < len; i++)
		key[i] = (char)p[i]; /* no ceiling */
	return 0;
}
