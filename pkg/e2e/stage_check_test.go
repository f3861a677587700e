package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestStage: everybody is known to the product by password and by token.
func TestStage(t *testing.T) {
	s := setStage(t)
	s.tick()
	for login, p := range s.cast {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/me", nil)
		r.Header.Set("Authorization", "Bearer "+s.token(login))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("%s is %d by token: %s", login, w.Code, w.Body)
		}
		if _, err := s.services.People.SignIn(t.Context(), p.Login, p.Password, "127.0.0.1"); err != nil {
			t.Errorf("%s cannot sign in: %v", login, err)
		}
	}
	s.sound()
}
