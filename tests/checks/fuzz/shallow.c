/* Must be refused: its seeds enter two of five functions, the rest stands behind a number nobody guesses. */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int
twice(int x)
{
	return 2 * x;
}

static int
deep(int x)
{
	return twice(x) + 1;
}

static int
deeper(int x)
{
	return deep(x) + 1;
}

static uint32_t
hash(const uint8_t *p, size_t n)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 16777619U;
	return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	volatile int sink = 0;

	if (n > 8 && hash(p, n) == hash(p, n - 8) * 2654435761U + 12345U)
		sink = deeper(sink);
	return 0;
}
