"""The weekly digest: one frozen JSON document, from which every form is rendered."""
