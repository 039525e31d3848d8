"""Low-rank factorization with the estimators of scikit-learn, and the errors that they leave."""
