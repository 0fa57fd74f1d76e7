package remote

import (
	"crypto/sha256"

	"github.com/google/uuid"
)

// Filename is the name under which a file of elsewhere is known here: the same for the same address, and nothing else tells it.
func Filename(address, ending string) string {
	sum := sha256.Sum256([]byte(address))
	id, _ := uuid.FromBytes(sum[:16]) // cannot fail: it is long enough
	return id.String() + ending
}
