package fault

// Status is the HTTP status of a kind (decisions 23). It stands here, once, for
// pages and the API alike.
func (k Kind) Status() int {
	switch k {
	case Invalid:
		return 422
	case Unauthenticated:
		return 401
	case Forbidden:
		return 403
	case NotFound:
		return 404
	case Conflict:
		return 409
	case TooLarge:
		return 413
	case TooMany:
		return 429
	case Unavailable:
		return 503
	case Internal:
	}
	return 500
}
