"""What all our web pages share: who asks from where, what a body may hold, how it is answered."""
